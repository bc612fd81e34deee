package org.newci.contracts.vcs;

import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /refs}: where the refs of a source repository stand now, asked of its server
 * in one request without fetching anything.
 *
 * @param git URL of the source repository
 * @param credential name of a credential that the worker holds for the source
 * @param loopback false keeps this machine's loopback out, whatever the worker's own setting
 */
public record RefsRequest(
    @Nullable String git, @Nullable String credential, @Nullable Boolean loopback) {}
