/** GitLab's Runner protocol as a runner speaks it: payloads, calls, and the shipping of the log. */
@NullMarked
package org.newci.runner.gitlab;

import org.jspecify.annotations.NullMarked;
