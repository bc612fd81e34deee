/** Projects: their paths, who sees them, their variables and protected branches. */
@NullMarked
package org.newci.standin.project;

import org.jspecify.annotations.NullMarked;
