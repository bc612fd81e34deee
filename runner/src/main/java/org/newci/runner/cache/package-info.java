/** Caches of jobs on the runner's own disk, bounded, without a look into them. */
@NullMarked
package org.newci.runner.cache;

import org.jspecify.annotations.NullMarked;
