/** A GitLab small enough to start in a second. */
@NullMarked
package org.newci.standin;

import org.jspecify.annotations.NullMarked;
