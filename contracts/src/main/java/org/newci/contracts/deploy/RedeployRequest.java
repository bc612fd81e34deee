package org.newci.contracts.deploy;

import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /redeploy}: serve again what was served before.
 *
 * @param environment name of a configured environment; {@code test} when absent
 * @param publishedName the file
 * @param sha256 64 hex digits; what was served just before the present bytes when absent
 * @param served 64 hex digits of what the caller saw served; when it is something else by then,
 *     nothing is done
 * @param by who wants it
 * @param why a sentence
 */
public record RedeployRequest(
    @Nullable String environment,
    @Nullable String publishedName,
    @Nullable String sha256,
    @Nullable String served,
    @Nullable String by,
    @Nullable String why) {}
