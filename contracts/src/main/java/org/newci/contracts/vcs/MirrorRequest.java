package org.newci.contracts.vcs;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /repo}. The seed's three fields are enough; the rest comes from the
 * controller.
 *
 * @param git URL of the source repository
 * @param ref branch, tag or full commit id
 * @param name path of the GitLab project below the worker's namespace
 * @param commit the commit that the ref was pinned to earlier; the worker mirrors this one
 * @param build id of the build it is for; absent for a direct request
 * @param fence number that only grows for one project; a request with a lower one is refused
 * @param hook webhook to set on the project
 * @param variables CI variables to set on the project, plain ones
 * @param buildVariables further CI variables, with what GitLab is to make of each
 * @param credential name of a credential that the worker holds for the source; the credential
 *     itself never crosses the wire
 * @param replace what becomes of a project that is there: {@code delete} (default) or {@code
 *     reset}, which keeps it and pushes by force
 * @param limits what the project's jobs may use
 * @param submodules that submodules are copied too; absent leaves them out
 * @param loopback false keeps this machine's loopback out, whatever the worker's own setting
 */
public record MirrorRequest(
    @Nullable String git,
    @Nullable String ref,
    @Nullable String name,
    @Nullable String commit,
    @Nullable String build,
    @Nullable Long fence,
    @Nullable Hook hook,
    @Nullable Map<String, String> variables,
    @Nullable List<Variable> buildVariables,
    @Nullable String credential,
    @Nullable String replace,
    @Nullable ProjectLimits limits,
    @Nullable Submodules submodules,
    @Nullable Boolean loopback) {

  /**
   * How submodules are copied.
   *
   * @param patterns of repository URLs, in the registry's order, up to that of the repository
   *     itself: a submodule is fetched with the credential if the last is the first that matches
   *     its URL, and without any other
   */
  public record Submodules(@Nullable List<String> patterns) {}

  /** Where GitLab sends its pipeline and job events, and the secret that it sends along. */
  public record Hook(String url, String token) {

    /** Without the secret. */
    @Override
    public String toString() {
      return "Hook[%s]".formatted(url);
    }
  }

  /**
   * One CI variable (docs.gitlab.com, api/project_level_variables).
   *
   * @param masked true hides its value in job logs
   * @param file true hands jobs the path of a file that holds the value
   * @param refs full names of refs: it is set only if one of them is what was fetched; absent for
   *     all
   */
  public record Variable(
      String key, String value, boolean masked, boolean file, @Nullable List<String> refs) {

    /** For whatever is fetched. */
    public Variable(String key, String value, boolean masked, boolean file) {
      this(key, value, masked, file, null);
    }

    @Override
    public String toString() {
      return "Variable[%s]".formatted(key);
    }
  }

  /**
   * Limits of a project's jobs; what is absent is not set.
   *
   * @param timeoutS a job may take that many seconds
   */
  public record ProjectLimits(@Nullable Long timeoutS) {}
}
