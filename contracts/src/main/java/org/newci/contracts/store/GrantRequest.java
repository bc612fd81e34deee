package org.newci.contracts.store;

import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /grants}: lets somebody without a token put one blob, once.
 *
 * @param id chosen by the asker: the build's id, {@code -} and a word; asking again for the same is
 *     answered with the same grant. Absent for one that is never asked for again
 * @param name of the blob
 * @param alias a second name, which the seal gives to the bytes that were put
 * @param build id of the build that it is for
 * @param seconds how long it is good for; an hour when absent, a day at most
 * @param bytes that the blob may have; the store's own limit when absent
 */
public record GrantRequest(
    @Nullable String id,
    @Nullable String name,
    @Nullable String alias,
    @Nullable String build,
    @Nullable Long seconds,
    @Nullable Long bytes) {}
