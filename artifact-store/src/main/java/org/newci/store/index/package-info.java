/** The store's table of contents: one SQLite file beside the bytes. Knows nothing of HTTP. */
@NullMarked
package org.newci.store.index;

import org.jspecify.annotations.NullMarked;
