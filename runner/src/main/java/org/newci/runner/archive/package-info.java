/** Which files are artifacts, and how they travel: tar out of a sandbox, zip to GitLab and back. */
@NullMarked
package org.newci.runner.archive;

import org.jspecify.annotations.NullMarked;
