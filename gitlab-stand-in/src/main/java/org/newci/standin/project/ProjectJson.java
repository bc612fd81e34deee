package org.newci.standin.project;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.newci.standin.rest.Times;
import org.newci.standin.user.Namespace;
import org.newci.standin.user.User;
import org.newci.standin.user.Users;

/** A project as JSON: in the REST API (schema public_api/v4/projects.json) and in webhooks. */
public final class ProjectJson {

  private final URI base;
  private final Users users;

  public ProjectJson(URI base, Users users) {
    this.base = base;
    this.users = users;
  }

  /** Where people see it. */
  public String webUrl(Project project) {
    return base + "/" + project.fullPath();
  }

  /** Where git clones it from. */
  public String httpUrl(Project project) {
    return webUrl(project) + ".git";
  }

  private String sshUrl(Project project) {
    return "git@%s:%s.git".formatted(base.getHost(), project.fullPath());
  }

  private String nameWithNamespace(Project project) {
    return space(project).name() + " / " + project.name();
  }

  /** The few keys of a list with {@code simple=true}. */
  public Map<String, Object> simple(Project project) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", project.id());
    json.put("description", project.description());
    json.put("name", project.name());
    json.put("name_with_namespace", nameWithNamespace(project));
    json.put("path", project.path());
    json.put("path_with_namespace", project.fullPath());
    json.put("created_at", Times.rest(project.createdAt()));
    json.put("default_branch", project.defaultBranch());
    json.put("tag_list", List.of());
    json.put("topics", List.of());
    json.put("ssh_url_to_repo", sshUrl(project));
    json.put("http_url_to_repo", httpUrl(project));
    json.put("web_url", webUrl(project));
    json.put("readme_url", null);
    json.put("forks_count", 0);
    json.put("avatar_url", null);
    json.put("star_count", 0);
    json.put("last_activity_at", Times.rest(project.updatedAt()));
    json.put("visibility", project.visibility());
    json.put("namespace", space(project).json(base));
    return json;
  }

  /** All keys. */
  public Map<String, Object> full(Project project, User reader) {
    Map<String, Object> json = simple(project);
    json.put("updated_at", Times.rest(project.updatedAt()));
    json.put("_links", Map.of("self", base + "/api/v4/projects/" + project.id()));
    json.put("empty_repo", project.defaultBranch() == null);
    json.put("archived", project.archived());
    json.put("owner", users.byId(project.namespaceId()).basic(base));
    json.put("creator_id", project.creatorId());
    json.put("import_status", "none");
    json.put("open_issues_count", 0);
    json.put("jobs_enabled", true);
    json.put("builds_access_level", "enabled");
    json.put("shared_runners_enabled", true);
    json.put("group_runners_enabled", true);
    json.put("lfs_enabled", false);
    json.put("ci_default_git_depth", 20);
    json.put("build_git_strategy", "fetch");
    json.put("build_timeout", project.buildTimeout());
    json.put("auto_cancel_pending_pipelines", "enabled");
    json.put("ci_config_path", project.ciConfigPath());
    json.put("auto_devops_enabled", project.autoDevops());
    json.put("ci_pipeline_variables_minimum_override_role", "developer");
    json.put("ci_job_token_scope_enabled", false);
    json.put("keep_latest_artifact", true);
    json.put("public_jobs", true);
    json.put("repository_object_format", "sha1");
    json.put("marked_for_deletion_at", project.markedForDeletionOn());
    json.put("marked_for_deletion_on", project.markedForDeletionOn());
    json.put("permissions", permissions(project, reader));
    return json;
  }

  private static Map<String, Object> permissions(Project project, User reader) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put(
        "project_access",
        project.namespaceId() == reader.id()
            ? Map.of("access_level", 50, "notification_level", 3)
            : null);
    json.put("group_access", null);
    return json;
  }

  private Namespace space(Project project) {
    return users
        .namespace(project.namespaceId())
        .orElseGet(() -> users.byId(project.namespaceId()).namespace());
  }

  /** The form of webhooks. */
  public Map<String, Object> hook(Project project) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", project.id());
    json.put("name", project.name());
    json.put("description", project.description());
    json.put("web_url", webUrl(project));
    json.put("avatar_url", null);
    json.put("git_ssh_url", sshUrl(project));
    json.put("git_http_url", httpUrl(project));
    json.put("namespace", space(project).name());
    json.put("visibility_level", project.visibilityLevel());
    json.put("path_with_namespace", project.fullPath());
    json.put("default_branch", project.defaultBranch());
    json.put("ci_config_path", project.ciConfigPath());
    return json;
  }

  /** The key {@code repository} of job webhooks. */
  public Map<String, Object> repository(Project project) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", project.name());
    json.put("url", sshUrl(project));
    json.put("description", project.description());
    json.put("homepage", webUrl(project));
    json.put("git_http_url", httpUrl(project));
    json.put("git_ssh_url", sshUrl(project));
    json.put("visibility_level", project.visibilityLevel());
    return json;
  }
}
