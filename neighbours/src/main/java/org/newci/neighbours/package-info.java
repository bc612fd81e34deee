/**
 * Real programs that tests talk to: started on a free port, stopped with everything they started.
 */
@NullMarked
package org.newci.neighbours;

import org.jspecify.annotations.NullMarked;
