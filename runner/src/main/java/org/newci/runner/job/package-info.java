/**
 * The order of one job: sources, artifacts of earlier jobs, script, after_script, upload, result.
 */
@NullMarked
package org.newci.runner.job;

import org.jspecify.annotations.NullMarked;
