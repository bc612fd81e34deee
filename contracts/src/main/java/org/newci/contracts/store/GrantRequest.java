package org.newci.contracts.store;

import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /grants}: lets somebody without a token put one blob, once.
 *
 * @param name of the blob
 * @param alias a second name for the same bytes, given together with the first
 * @param build id of the build that it is for
 * @param seconds how long it is good for; an hour when absent, a day at most
 * @param bytes that the blob may have; the store's own limit when absent
 */
public record GrantRequest(
    @Nullable String name,
    @Nullable String alias,
    @Nullable String build,
    @Nullable Long seconds,
    @Nullable Long bytes) {}
