package org.newci.store.blob;

import java.time.Instant;

/**
 * What a name points to; one small file each.
 *
 * @param sha256 64 hex digits
 * @param size bytes
 * @param created when the name got to point there
 */
public record BlobAlias(String name, String sha256, long size, Instant created) {}
