package org.newci.vcs.gitlab;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.newci.vcs.gitlab.GitLabHttp.Ask;

/**
 * GitLab's REST interface (v4) as far as this worker needs it. Paths and members are those of
 * GitLab's API documentation; every call has a deadline.
 */
public final class GitLab {

  private static final int PAGE = 100;
  private static final int MOST_PAGES = 20;

  private record User(String username) {}

  /** GitLab: Roles and permissions. */
  private static final int MAINTAINER = 40;

  record Variable(@Nullable String key, @Nullable String value) {}

  record AccessToken(
      long id, @Nullable String name, @Nullable String token, @Nullable Boolean revoked) {}

  private final GitLabHttp http;
  private final URI base;
  private final GitLabToken token;
  private volatile @Nullable String username;

  public GitLab(OkHttpClient client, URI base, GitLabToken token) {
    this.http = new GitLabHttp(client, base, token);
    this.base = base;
    this.token = token;
  }

  GitLabHttp http() {
    return http;
  }

  /** Where git over HTTP finds that project. */
  public String gitUrl(String path) {
    return "%s/%s.git".formatted(base.toString().replaceAll("/+$", ""), path);
  }

  /** The token, for git over HTTP. */
  public GitLabToken token() {
    return token;
  }

  /** Name of the user whom the token belongs to; asked once. */
  public String username() throws GitLabFailure {
    String known = username;
    if (known == null) {
      User user = http.json(Ask.get("/user", "who the token belongs to"), User.class);
      known = user.username();
      username = known;
    }
    return known;
  }

  /**
   * The project at exactly that path. A project that was renamed away from it is not it, though
   * GitLab redirects there; nor is one that waits to be removed.
   */
  public Optional<GitLabProject> findProject(String path) throws GitLabFailure {
    Ask ask = Ask.get("/projects/" + GitLabHttp.encoded(path), "the project " + path);
    Optional<GitLabProject> found = ifThere(ask, GitLabProject.class);
    return found.filter(project -> project.pathWithNamespace().equalsIgnoreCase(path));
  }

  /** The project of that id, whatever its path is by now. */
  public Optional<GitLabProject> project(long id) throws GitLabFailure {
    return ifThere(Ask.get("/projects/" + id, "project " + id), GitLabProject.class);
  }

  /**
   * A private project in the token user's namespace, without Auto DevOps and LFS.
   *
   * @param timeout limit for one job; null for GitLab's own
   */
  public GitLabProject createProject(String name, @Nullable Duration timeout) throws GitLabFailure {
    Map<String, Object> body = settings(timeout);
    body.put("name", name);
    body.put("path", name);
    body.put("initialize_with_readme", false);
    return http.json(
        Ask.send("POST", "/projects", body, "create the project " + name), GitLabProject.class);
  }

  private static Map<String, Object> settings(@Nullable Duration timeout) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("visibility", "private");
    body.put("auto_devops_enabled", false);
    body.put("lfs_enabled", false);
    if (timeout != null) {
      body.put("build_timeout", timeout.toSeconds());
    }
    return body;
  }

  /** Gives a project that is there the settings of a new one. */
  public void resetSettings(long id, @Nullable Duration timeout) throws GitLabFailure {
    http.done(
        Ask.send("PUT", "/projects/" + id, settings(timeout), "set up project %d".formatted(id)));
  }

  /** Projects of the token's user that only wait to be removed, at most a hundred. */
  public List<GitLabProject> markedProjects() throws GitLabFailure {
    String path = "/projects?owned=true&include_pending_delete=true&per_page=" + PAGE;
    return http.list(Ask.get(path, "the projects of this worker"), GitLabProject.class).stream()
        .filter(GitLabProject::isMarked)
        .toList();
  }

  /**
   * A token that can only push to that project.
   *
   * @param end its last day, as ISO 8601
   */
  PushTokens.PushToken createPushToken(long project, String end) throws GitLabFailure {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("name", "newci-push");
    body.put("scopes", List.of("write_repository"));
    body.put("access_level", MAINTAINER);
    body.put("expires_at", end);
    String what = "make a push token of project " + project;
    AccessToken made =
        http.json(
            Ask.send("POST", "/projects/%d/access_tokens".formatted(project), body, what),
            AccessToken.class);
    if (made.token() == null || made.token().isBlank()) {
      throw new GitLabFailure(502, "GitLab told no token: %s.".formatted(what), null);
    }
    return new PushTokens.PushToken(made.id(), new GitLabToken(made.token()));
  }

  /** Ends one; that it is gone already is fine. */
  void revokePushToken(long project, long token) throws GitLabFailure {
    String path = "/projects/%d/access_tokens/%d".formatted(project, token);
    http.delete(path, "revoke token %d of project %d".formatted(token, project));
  }

  /** First step of a deletion: GitLab marks the project and renames it. */
  public void markForDeletion(long id) throws GitLabFailure {
    http.done(new Ask("DELETE", "/projects/" + id, null, "delete project " + id, ""));
  }

  /** Second step: gone at once, where GitLab allows that. */
  public void removeNow(long id, String currentPath) throws GitLabFailure {
    String path =
        "/projects/%d?permanently_remove=true&full_path=%s"
            .formatted(id, GitLabHttp.encoded(currentPath));
    http.done(new Ask("DELETE", path, null, "remove project %d at once".formatted(id), ""));
  }

  /** The value of that CI variable. */
  public Optional<String> variable(long project, String key) throws GitLabFailure {
    Ask ask = Ask.get("/projects/%d/variables/%s".formatted(project, key), "the variable " + key);
    Optional<Variable> found = ifThere(ask, Variable.class);
    return found.map(Variable::value);
  }

  /**
   * How a variable is kept.
   *
   * @param masked hidden in job logs
   * @param file handed to jobs as a file
   */
  public record Kind(boolean masked, boolean file) {
    /** A plain one. */
    public static final Kind PLAIN = new Kind(false, false);
  }

  /** Sets a CI variable that may be there already; its value is taken as it is. */
  public void setVariable(long project, String key, String value, Kind kind) throws GitLabFailure {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("key", key);
    body.put("value", value);
    body.put("raw", true);
    body.put("protected", false);
    body.put("masked", kind.masked());
    body.put("variable_type", kind.file() ? "file" : "env_var");
    String what = "set the variable %s of project %d".formatted(key, project);
    try {
      http.done(Ask.send("POST", "/projects/%d/variables".formatted(project), body, what));
    } catch (GitLabFailure e) {
      if (e.status() != 400) {
        throw e;
      }
      String path = "/projects/%d/variables/%s".formatted(project, key);
      http.done(Ask.send("PUT", path, body, what));
    }
  }

  /** A webhook for pipeline and job events only. */
  public void addHook(long project, String url, String secret) throws GitLabFailure {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("url", url);
    body.put("token", secret);
    body.put("push_events", false);
    body.put("pipeline_events", true);
    body.put("job_events", true);
    body.put("enable_ssl_verification", true);
    http.done(
        Ask.send(
            "POST",
            "/projects/%d/hooks".formatted(project),
            body,
            "set the webhook of project " + project));
  }

  /** The newest pipelines of a project, at most a hundred; newest first. */
  public List<GitLabPipeline> pipelines(long project) throws GitLabFailure {
    return pipelinePage(project, "", 1);
  }

  /** Pipelines that a push of that commit to that branch started, newest first. */
  public List<GitLabPipeline> pipelinesOf(long project, String commit, String branch)
      throws GitLabFailure {
    String filter =
        "&sha=%s&ref=%s".formatted(GitLabHttp.encoded(commit), GitLabHttp.encoded(branch));
    List<GitLabPipeline> all = new ArrayList<>();
    for (int page = 1; page <= MOST_PAGES; page++) {
      List<GitLabPipeline> some = pipelinePage(project, filter, page);
      all.addAll(some.stream().filter(p -> p.isOfPush(commit, branch)).toList());
      if (some.size() < PAGE) {
        break;
      }
    }
    return all;
  }

  private List<GitLabPipeline> pipelinePage(long project, String filter, int page)
      throws GitLabFailure {
    String path =
        "/projects/%d/pipelines?per_page=%d&page=%d%s".formatted(project, PAGE, page, filter);
    return http.list(Ask.get(path, "the pipelines of project " + project), GitLabPipeline.class);
  }

  /** One pipeline. */
  public GitLabPipeline pipeline(long project, long id) throws GitLabFailure {
    return http.json(
        Ask.get(
            "/projects/%d/pipelines/%d".formatted(project, id),
            "pipeline %d of project %d".formatted(id, project)),
        GitLabPipeline.class);
  }

  /** Asks for the end of a pipeline, which may take a while; one that ended stays as it is. */
  public void cancel(long project, long pipeline) throws GitLabFailure {
    String path = "/projects/%d/pipelines/%d/cancel".formatted(project, pipeline);
    http.done(Ask.send("POST", path, Map.of(), "cancel pipeline " + pipeline));
  }

  /** The jobs of a pipeline, as GitLab lists them: retried ones are left out. */
  public List<GitLabJob> jobs(long project, long pipeline) throws GitLabFailure {
    List<GitLabJob> all = new ArrayList<>();
    for (int page = 1; page <= MOST_PAGES; page++) {
      String path =
          "/projects/%d/pipelines/%d/jobs?per_page=%d&page=%d"
              .formatted(project, pipeline, PAGE, page);
      List<GitLabJob> some =
          http.list(Ask.get(path, "the jobs of pipeline " + pipeline), GitLabJob.class);
      all.addAll(some);
      if (some.size() < PAGE) {
        break;
      }
    }
    return all;
  }

  /** What the JUnit reports of its jobs say. */
  public GitLabTestReport testReport(long project, long pipeline) throws GitLabFailure {
    return http.json(
        Ask.get(
            "/projects/%d/pipelines/%d/test_report".formatted(project, pipeline),
            "the test report of pipeline " + pipeline),
        GitLabTestReport.class);
  }

  /** One job. */
  public GitLabJob job(long project, long id) throws GitLabFailure {
    return http.json(
        Ask.get(
            "/projects/%d/jobs/%d".formatted(project, id),
            "job %d of project %d".formatted(id, project)),
        GitLabJob.class);
  }

  /**
   * A job's log; GitLab may answer with all of it (200) or with the asked bytes (206), and 416
   * where there are none.
   *
   * @param range of RFC 9110 section 14: {@code bytes=100-}, or empty for all
   */
  public Response trace(long project, long job, String range, Duration deadline)
      throws GitLabFailure {
    Ask ask =
        Ask.get("/projects/%d/jobs/%d/trace".formatted(project, job), "the log of job " + job);
    return http.openBytes(ask.withRange(range), deadline);
  }

  /** The zip of a job's artifacts. */
  public Response artifacts(long project, long job, Duration deadline) throws GitLabFailure {
    Ask ask =
        Ask.get(
            "/projects/%d/jobs/%d/artifacts".formatted(project, job),
            "the artifacts of job " + job);
    return http.openBytes(ask, deadline);
  }

  private <T> Optional<T> ifThere(Ask ask, Class<T> type) throws GitLabFailure {
    try {
      return Optional.of(http.json(ask, type));
    } catch (GitLabFailure e) {
      // A redirect says that it moved: what was asked for is not there.
      if (e.status() == 404 || (e.status() >= 300 && e.status() < 400)) {
        return Optional.empty();
      }
      throw e;
    }
  }
}
