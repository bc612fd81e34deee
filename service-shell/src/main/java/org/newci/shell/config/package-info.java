/** Where a component's settings come from: environment variables, and the layout of its folder. */
@NullMarked
package org.newci.shell.config;

import org.jspecify.annotations.NullMarked;
