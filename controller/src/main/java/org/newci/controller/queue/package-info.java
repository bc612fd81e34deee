/** Whose turn is next, and the clock that looks at every unfinished build again. */
@NullMarked
package org.newci.controller.queue;

import org.jspecify.annotations.NullMarked;
