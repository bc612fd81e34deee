/** A CI file on this machine, read as the GitLab stand-in reads it. */
@NullMarked
package org.newci.cli.lint;

import org.jspecify.annotations.NullMarked;
