package org.newci.controller.registry;

import org.jspecify.annotations.Nullable;
import org.newci.contracts.controller.CdRequest;
import org.newci.shell.problem.Problem;

/**
 * A build that somebody asks for, with names that can be ones.
 *
 * @param publishedName null exactly when nothing is to be deployed
 */
public record Asked(
    RepoUrl repo, String ref, @Nullable String artifact, @Nullable String publishedName) {

  /** Reads a request, or says in a sentence what is wrong with it. */
  public static Asked of(CdRequest request) {
    RepoUrl repo = RepoUrl.parse(given("repo", request.repo()));
    String ref = Names.ref(given("ref", request.ref()));
    String artifact = request.artifact() == null ? null : Names.artifact(request.artifact());
    String published = request.publishedName();
    if (published != null && artifact == null) {
      throw Problem.badRequest(
          "The field 'published_name' is there, but 'artifact' is not: nothing would be"
              + " published.");
    }
    if (published != null) {
      Names.fileName("published_name", published);
    } else if (artifact != null) {
      published = Names.fileName("artifact", artifact.replaceFirst(".*/", ""));
    }
    return new Asked(repo, ref, artifact, published);
  }

  private static String given(String field, @Nullable String value) {
    if (value == null) {
      throw Problem.badRequest("The field '%s' is missing (expected text).".formatted(field));
    }
    return value;
  }
}
