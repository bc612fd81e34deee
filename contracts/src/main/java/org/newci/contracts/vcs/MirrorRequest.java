package org.newci.contracts.vcs;

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
 * @param attempt counts the controller's tries at this step of this build, from 1
 * @param fence number that only grows for one project; a request with a lower one is refused
 * @param hook webhook to set on the project
 * @param variables CI variables to set on the project
 */
public record MirrorRequest(
    @Nullable String git,
    @Nullable String ref,
    @Nullable String name,
    @Nullable String commit,
    @Nullable String build,
    @Nullable Integer attempt,
    @Nullable Long fence,
    @Nullable Hook hook,
    @Nullable Map<String, String> variables) {

  /** Where GitLab sends its pipeline and job events, and the secret that it sends along. */
  public record Hook(String url, String token) {}
}
