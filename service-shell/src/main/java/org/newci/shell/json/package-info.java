/** One way to read and write JSON: snake_case, ISO times, absent instead of null. */
@NullMarked
package org.newci.shell.json;

import org.jspecify.annotations.NullMarked;
