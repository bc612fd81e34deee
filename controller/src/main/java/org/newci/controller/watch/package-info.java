/** Repositories that are watched: pushes to them start builds without anybody asking. */
@NullMarked
package org.newci.controller.watch;

import org.jspecify.annotations.NullMarked;
