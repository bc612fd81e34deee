package org.newci.contracts.controller;

import org.jspecify.annotations.Nullable;
import org.newci.contracts.vcs.TestCounts;

/**
 * The GitLab pipeline pinned for a build.
 *
 * @param tests what its JUnit reports say, once it is over; absent when it has none
 */
public record PipelineRef(
    long projectId,
    long id,
    @Nullable String status,
    @Nullable String url,
    @Nullable TestCounts tests) {}
