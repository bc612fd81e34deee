package org.newci.store.blob;

import java.time.Instant;

/**
 * A name and what it points to.
 *
 * @param size bytes
 * @param created when the name got to point there
 */
public record BlobEntry(String name, Sha256 digest, long size, Instant created) {}
