/** The deploy worker: copies a blob from the store to an environment, over SSH. */
@NullMarked
package org.newci.deploy;

import org.jspecify.annotations.NullMarked;
