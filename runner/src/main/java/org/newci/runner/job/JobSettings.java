package org.newci.runner.job;

import java.nio.file.Path;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.newci.runner.sandbox.Network;

/**
 * What holds for every job.
 *
 * @param logLimit bytes of a job's log
 * @param memoryLimit bytes of memory of a job
 * @param diskLimit bytes of all files of a job together, and of its artifacts
 * @param network what jobs may reach at most
 * @param ignoreImage run jobs that ask for a container image without it
 * @param ca what git believes when GitLab has a private certificate authority
 */
public record JobSettings(
    long logLimit,
    long memoryLimit,
    long diskLimit,
    Network network,
    boolean ignoreImage,
    @Nullable Path ca,
    Clock clock) {}
