/**
 * What a {@code .gitlab-ci.yml} means: from its text to jobs ({@link org.newci.standin.ci.CiFile}),
 * and from the states of the jobs to what happens next ({@link org.newci.standin.ci.PipelineFlow}).
 * Pure: no clock, no files, no network.
 */
@NullMarked
package org.newci.standin.ci;

import org.jspecify.annotations.NullMarked;
