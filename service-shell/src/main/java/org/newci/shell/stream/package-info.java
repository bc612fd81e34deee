/** Bytes that pass through a component, from one connection to another or to a disk. */
@NullMarked
package org.newci.shell.stream;

import org.jspecify.annotations.NullMarked;
