package org.newci.contracts.controller;

/**
 * Answer to {@code POST /rollback}.
 *
 * @param url where the former bytes are served now
 * @param sha256 64 hex digits
 * @param changed false when they were served already
 * @param by who asked
 */
public record RollbackAnswer(
    String environment,
    String name,
    String url,
    String sha256,
    boolean changed,
    String by,
    String why) {}
