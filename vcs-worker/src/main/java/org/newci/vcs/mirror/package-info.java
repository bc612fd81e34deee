/** POST /repo: a commit of a source becomes branch master of a fresh GitLab project. */
@NullMarked
package org.newci.vcs.mirror;

import org.jspecify.annotations.NullMarked;
