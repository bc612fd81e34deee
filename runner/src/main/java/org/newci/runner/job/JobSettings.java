package org.newci.runner.job;

import java.nio.file.Path;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * What holds for every job.
 *
 * @param logLimit bytes of a job's log
 * @param diskLimit bytes of the largest file, and of all artifacts of a job together
 * @param ignoreImage run jobs that ask for a container image without it
 * @param ca what git believes when GitLab has a private certificate authority
 */
public record JobSettings(
    long logLimit, long diskLimit, boolean ignoreImage, @Nullable Path ca, Clock clock) {}
