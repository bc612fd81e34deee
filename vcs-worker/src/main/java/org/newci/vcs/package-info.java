/** The VCS worker: everything between git and GitLab. */
@NullMarked
package org.newci.vcs;

import org.jspecify.annotations.NullMarked;
