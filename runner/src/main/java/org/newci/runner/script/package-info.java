/** Pure: the shell script that a job's lines become, with the semantics of gitlab-runner. */
@NullMarked
package org.newci.runner.script;

import org.jspecify.annotations.NullMarked;
