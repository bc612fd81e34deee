/** Takes jobs from a GitLab and runs each in a sandbox: settings, start, stop and the loop. */
@NullMarked
package org.newci.runner;

import org.jspecify.annotations.NullMarked;
