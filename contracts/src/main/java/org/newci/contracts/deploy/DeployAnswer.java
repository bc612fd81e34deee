package org.newci.contracts.deploy;

/**
 * Answer to {@code POST /deploy}.
 *
 * @param url where the file is served
 * @param size bytes
 * @param sha256 64 hex digits
 * @param changed false when exactly this was already served there
 */
public record DeployAnswer(String url, long size, String sha256, boolean changed) {}
