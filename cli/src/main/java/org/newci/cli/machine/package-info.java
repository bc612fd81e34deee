/** Starts the components of one machine, finds them again, and stops them. */
@NullMarked
package org.newci.cli.machine;

import org.jspecify.annotations.NullMarked;
