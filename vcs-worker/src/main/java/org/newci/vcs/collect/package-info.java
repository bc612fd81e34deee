/** POST /collect: one artifact of a pipeline goes from GitLab to the store. */
@NullMarked
package org.newci.vcs.collect;

import org.jspecify.annotations.NullMarked;
