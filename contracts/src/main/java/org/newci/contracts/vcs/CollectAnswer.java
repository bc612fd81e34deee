package org.newci.contracts.vcs;

/**
 * Answer to {@code POST /collect}.
 *
 * @param blob name that it was stored under
 * @param sha256 64 hex digits
 * @param size bytes
 * @param job name of the job that made it
 * @param path its path among that job's artifacts
 */
public record CollectAnswer(String blob, String sha256, long size, String job, String path) {}
