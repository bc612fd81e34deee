/** Copies of a whole data folder, taken while everything runs, and the way back. */
@NullMarked
package org.newci.cli.backup;

import org.jspecify.annotations.NullMarked;
