/** GitLab's REST interface, as far as this worker needs it. */
@NullMarked
package org.newci.vcs.gitlab;

import org.jspecify.annotations.NullMarked;
