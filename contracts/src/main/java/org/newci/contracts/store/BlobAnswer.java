package org.newci.contracts.store;

/**
 * Answer to {@code PUT /blobs/NAME}.
 *
 * @param sha256 64 hex digits, also the {@code ETag}
 * @param size bytes
 */
public record BlobAnswer(String name, String sha256, long size) {}
