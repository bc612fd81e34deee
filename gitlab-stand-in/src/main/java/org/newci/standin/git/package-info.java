/** Bare repositories, and git's smart HTTP protocol in front of them. */
@NullMarked
package org.newci.standin.git;

import org.jspecify.annotations.NullMarked;
