/** Where a job's processes live: users, workspaces, bubblewrap, limits, and how all of it ends. */
@NullMarked
package org.newci.runner.sandbox;

import org.jspecify.annotations.NullMarked;
