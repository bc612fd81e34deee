/** Keeping the store whole and small: a check of all bytes, and the removal of what is old. */
@NullMarked
package org.newci.store.upkeep;

import org.jspecify.annotations.NullMarked;
