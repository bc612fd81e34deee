package org.newci.contracts.vcs;

import org.jspecify.annotations.Nullable;

/**
 * Answer to {@code POST /collect}, and what a controller knows of an artifact that a job uploaded
 * by itself.
 *
 * @param blob name that it was stored under
 * @param sha256 64 hex digits
 * @param size bytes
 * @param job name of the job that made it; null when a job uploaded it: nobody knows which
 * @param path its path among that job's artifacts, or as it was asked for
 */
public record CollectAnswer(
    String blob, String sha256, long size, @Nullable String job, String path) {}
