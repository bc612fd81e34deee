/** Figures of the running system, taken from outside and printed; nothing here is asserted. */
@NullMarked
package org.newci.benchmarks;

import org.jspecify.annotations.NullMarked;
