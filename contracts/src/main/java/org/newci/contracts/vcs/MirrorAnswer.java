package org.newci.contracts.vcs;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answer to {@code POST /repo}.
 *
 * @param projectId GitLab's numeric id of the project
 * @param path full path of the project in GitLab
 * @param commit full id of the commit that is now {@code master} there
 * @param pipelineId the pipeline that the push started, when it was already visible
 * @param pipelineFloor pipelines of the project with this id or a lower one are not this push's
 * @param actions what was done, in order, as short sentences
 * @param tookMs milliseconds from request to answer
 * @param ref full name of the ref that was fetched; absent for a commit that was asked for by its
 *     id
 */
public record MirrorAnswer(
    long projectId,
    String path,
    String commit,
    @Nullable Long pipelineId,
    long pipelineFloor,
    List<String> actions,
    long tookMs,
    @Nullable String ref) {}
