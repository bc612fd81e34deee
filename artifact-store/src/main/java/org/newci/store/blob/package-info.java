/**
 * Blobs: bytes that never change, addressed by their SHA-256, and names that point to them. Knows
 * nothing of builds.
 */
@NullMarked
package org.newci.store.blob;

import org.jspecify.annotations.NullMarked;
