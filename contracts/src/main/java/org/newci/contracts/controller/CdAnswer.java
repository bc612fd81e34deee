package org.newci.contracts.controller;

/**
 * Answer to {@code POST /cd} and {@code POST /builds/ID/retry}.
 *
 * @param id the build's id, also in the {@code Location} header as {@code /builds/ID}
 */
public record CdAnswer(String id) {}
