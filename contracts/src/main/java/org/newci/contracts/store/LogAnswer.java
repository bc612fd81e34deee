package org.newci.contracts.store;

/**
 * Answer to {@code PUT /logs/BUILD?offset=N}.
 *
 * @param size bytes of the log after the append
 */
public record LogAnswer(String build, long size) {}
