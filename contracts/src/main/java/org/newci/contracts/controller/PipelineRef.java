package org.newci.contracts.controller;

import org.jspecify.annotations.Nullable;

/** The GitLab pipeline pinned for a build. */
public record PipelineRef(long projectId, long id, @Nullable String status, @Nullable String url) {}
