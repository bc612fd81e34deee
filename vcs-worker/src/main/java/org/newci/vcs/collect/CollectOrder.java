package org.newci.vcs.collect;

import org.jspecify.annotations.Nullable;
import org.newci.auth.BearerToken;
import org.newci.contracts.vcs.CollectRequest;
import org.newci.shell.problem.Problem;

/**
 * A checked {@code POST /collect}.
 *
 * @param artifact path or file name
 * @param build absent for a direct request
 * @param grant leave of the store for the one upload
 * @param maxBytes a larger artifact is refused before a byte of it goes to the store
 */
record CollectOrder(
    long project,
    long pipeline,
    String artifact,
    BearerToken grant,
    @Nullable String build,
    long maxBytes) {

  static CollectOrder of(CollectRequest request) {
    if (request.projectId() < 1 || request.pipelineId() < 1) {
      throw Problem.badRequest(
          "The fields 'project_id' and 'pipeline_id' are %d and %d (expected from 1)."
              .formatted(request.projectId(), request.pipelineId()));
    }
    String artifact = request.artifact();
    if (artifact == null || artifact.isBlank() || artifact.length() > 1024) {
      throw Problem.badRequest(
          "The field 'artifact' is missing or too long (expected a path or file name).");
    }
    String build = request.build();
    if (build != null && !build.matches("[A-Za-z0-9_-]{1,64}")) {
      throw Problem.badRequest(
          "The field 'build' is '%s' (expected at most 64 letters, digits, '_' and '-')."
              .formatted(build));
    }
    long most = request.maxBytes() == null ? Long.MAX_VALUE : request.maxBytes();
    if (most < 0) {
      throw Problem.badRequest(
          "The field 'max_bytes' is %d (expected a number of bytes).".formatted(most));
    }
    String grant = request.grant();
    if (grant == null || !grant.matches("[!-~]{8,512}")) {
      throw Problem.badRequest(
          "The field 'grant' is missing (expected the secret of the store's POST /grants).");
    }
    return new CollectOrder(
        request.projectId(), request.pipelineId(), artifact, BearerToken.of(grant), build, most);
  }
}
