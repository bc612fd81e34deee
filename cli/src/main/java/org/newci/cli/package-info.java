/** The {@code newci} command: its entry, its exit codes. */
@NullMarked
package org.newci.cli;

import org.jspecify.annotations.NullMarked;
