/** Where blobs come from, and which must stay: notes about digests that no upload can make. */
@NullMarked
package org.newci.store.origin;

import org.jspecify.annotations.NullMarked;
