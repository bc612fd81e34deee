/** Repositories that changes come from: their URLs, what may be reached, and the cache of each. */
@NullMarked
package org.newci.vcs.source;

import org.jspecify.annotations.NullMarked;
