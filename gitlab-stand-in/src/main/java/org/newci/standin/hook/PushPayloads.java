package org.newci.standin.hook;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.newci.standin.git.Commit;
import org.newci.standin.git.Push;
import org.newci.standin.git.PushedCommits;
import org.newci.standin.project.Project;
import org.newci.standin.project.ProjectJson;
import org.newci.standin.user.User;

/** Bodies of push and tag_push events (docs: user/project/integrations/webhook_events). */
final class PushPayloads {

  private final ProjectJson projects;

  PushPayloads(ProjectJson projects) {
    this.projects = projects;
  }

  /** What one changed branch or tag brought. */
  Map<String, Object> of(
      Push push, Push.Change change, boolean isProtected, PushedCommits commits) {
    Project project = push.project();
    User user = push.user();
    String kind = change.isTag() ? "tag_push" : "push";
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("object_kind", kind);
    json.put("event_name", kind);
    json.put("before", change.before());
    json.put("after", change.after());
    json.put("ref", change.ref());
    json.put("ref_protected", isProtected);
    json.put("checkout_sha", commits.head().map(Commit::id).orElse(null));
    json.put("message", commits.tagMessage().orElse(null));
    json.put("user_id", user.id());
    json.put("user_name", user.displayName());
    json.put("user_username", user.username());
    json.put("user_email", user.email());
    json.put("user_avatar", null);
    json.put("project_id", project.id());
    json.put("project", project(project));
    String url = projects.webUrl(project);
    json.put("commits", commits.newest().stream().map(one -> commit(one, url)).toList());
    json.put("total_commits_count", commits.total());
    json.put("push_options", options(push.options()));
    json.put("repository", projects.repository(project));
    return json;
  }

  /** In these events a project also has the names that its links once had. */
  private Map<String, Object> project(Project project) {
    Map<String, Object> json = new LinkedHashMap<>(projects.hook(project));
    json.put("homepage", projects.webUrl(project));
    json.put("url", json.get("git_ssh_url"));
    json.put("ssh_url", json.get("git_ssh_url"));
    json.put("http_url", json.get("git_http_url"));
    return json;
  }

  private static Map<String, Object> commit(PushedCommits.Changed one, String url) {
    Map<String, Object> json = one.commit().hook(url);
    json.put("added", one.added());
    json.put("modified", one.modified());
    json.put("removed", one.removed());
    return json;
  }

  /** {@code ci.skip} becomes {@code {"ci": {"skip": true}}}. */
  private static Map<String, Object> options(List<String> options) {
    Map<String, Object> ci = new LinkedHashMap<>();
    Map<String, Object> variables = new LinkedHashMap<>();
    for (String option : options) {
      if (option.equals("ci.skip")) {
        ci.put("skip", true);
      } else if (option.startsWith("ci.variable=")) {
        variables.put(option.substring("ci.variable=".length()), 1);
      }
    }
    if (!variables.isEmpty()) {
      ci.put("variable", variables);
    }
    return ci.isEmpty() ? Map.of() : Map.of("ci", ci);
  }
}
