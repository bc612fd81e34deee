package org.newci.vcs.gitlab;

import java.util.Map;
import java.util.Set;

/** What GitLab's REST interface (v4) has for taking back what an earlier build left. */
public final class GitLabReset {

  private record Hook(long id) {}

  private record Branch(String name) {}

  private final GitLab gitlab;
  private final GitLabHttp http;

  public GitLabReset(GitLab gitlab) {
    this.gitlab = gitlab;
    this.http = gitlab.http();
  }

  /** Ends every token that an earlier push of ours left. */
  public void revokePushTokens(long project) throws GitLabFailure {
    String path = "/projects/%d/access_tokens?state=active&per_page=100".formatted(project);
    for (GitLab.AccessToken token :
        http.listIfThere(path, "the tokens of " + project, GitLab.AccessToken.class)) {
      if (!Boolean.TRUE.equals(token.revoked()) && "newci-push".equals(token.name())) {
        gitlab.revokePushToken(project, token.id());
      }
    }
  }

  /** Lets that branch be pushed to by force; it needs no protection beside its push token. */
  public void unprotect(long project, String branch) throws GitLabFailure {
    http.delete(
        "/projects/%d/protected_branches/%s".formatted(project, GitLabHttp.encoded(branch)),
        "unprotect %s of project %d".formatted(branch, project));
  }

  /** Takes every variable, webhook and branch away but the named ones. */
  public void clear(long project, Set<String> variables, String branch) throws GitLabFailure {
    String base = "/projects/%d/".formatted(project);
    String all = "?per_page=100";
    for (GitLab.Variable variable :
        http.listIfThere(
            base + "variables" + all, "the variables of " + project, GitLab.Variable.class)) {
      if (variable.key() != null && !variables.contains(variable.key())) {
        http.delete(
            base + "variables/" + GitLabHttp.encoded(variable.key()),
            "remove the variable " + variable.key());
      }
    }
    for (Hook hook :
        http.listIfThere(base + "hooks" + all, "the webhooks of " + project, Hook.class)) {
      http.delete(base + "hooks/" + hook.id(), "remove a webhook of project " + project);
    }
    String branches = base + "repository/branches";
    for (Branch other :
        http.listIfThere(branches + all, "the branches of project " + project, Branch.class)) {
      if (!branch.equals(other.name())) {
        http.delete(branches + "/" + GitLabHttp.encoded(other.name()), "remove " + other.name());
      }
    }
  }

  /** Starts a pipeline of that branch, where a push changed nothing. */
  public GitLabPipeline startPipeline(long project, String branch) throws GitLabFailure {
    return http.json(
        GitLabHttp.Ask.send(
            "POST",
            "/projects/%d/pipeline".formatted(project),
            Map.of("ref", branch),
            "start a pipeline of project " + project),
        GitLabPipeline.class);
  }
}
