package org.newci.standin.pipeline;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.newci.standin.ci.JobPredefined;
import org.newci.standin.ci.Slug;
import org.newci.standin.git.Commit;
import org.newci.standin.project.Project;
import org.newci.standin.rest.Times;
import org.newci.standin.user.User;

/** GitLab's predefined variables (docs: ci/variables/predefined_variables). */
public final class Predefined {

  /** The version of GitLab whose protocols are spoken here. */
  public static final String VERSION = "18.5.0";

  private final URI base;

  public Predefined(URI base) {
    this.base = base;
  }

  /** What a pipeline is made for. */
  public record Subject(
      Project project, User user, Commit commit, String ref, boolean tag, String beforeSha) {}

  /** What rules can look at: all that is known before the pipeline has a number. */
  public Map<String, String> forRules(Subject subject, String source, boolean refProtected) {
    Map<String, String> all = server();
    addProject(all, subject.project());
    addCommit(all, subject, refProtected);
    all.put("CI_PIPELINE_SOURCE", source);
    all.put("GITLAB_USER_ID", String.valueOf(subject.user().id()));
    all.put("GITLAB_USER_NAME", subject.user().displayName());
    all.put("GITLAB_USER_LOGIN", subject.user().username());
    all.put("GITLAB_USER_EMAIL", subject.user().email());
    return all;
  }

  /** What a job sees besides: its pipeline and itself. */
  public void addJob(Map<String, String> all, Pipeline pipeline, Job job, Project project) {
    String url = base + "/" + project.fullPath();
    all.put("CI_PIPELINE_ID", String.valueOf(pipeline.id()));
    all.put("CI_PIPELINE_IID", String.valueOf(pipeline.iid()));
    all.put("CI_PIPELINE_URL", url + "/-/pipelines/" + pipeline.id());
    all.put("CI_PIPELINE_CREATED_AT", String.valueOf(Times.rest(pipeline.createdAt())));
    all.put("CI_JOB_ID", String.valueOf(job.id()));
    all.put("CI_JOB_URL", url + "/-/jobs/" + job.id());
    all.putAll(JobPredefined.of(job.spec()));
    if (!pipeline.workflow().name().isEmpty()) {
      all.put("CI_PIPELINE_NAME", pipeline.workflow().name());
    }
    all.put("CI_JOB_TIMEOUT", String.valueOf(job.timeout()));
    all.put("CI_JOB_STARTED_AT", String.valueOf(Times.rest(job.times().started())));
  }

  private Map<String, String> server() {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("CI", "true");
    all.put("GITLAB_CI", "true");
    all.put("CI_SERVER", "yes");
    all.put("CI_SERVER_NAME", "GitLab");
    all.put("CI_SERVER_URL", base.toString());
    all.put("CI_SERVER_HOST", base.getHost());
    int port = base.getPort() >= 0 ? base.getPort() : base.getScheme().equals("https") ? 443 : 80;
    all.put("CI_SERVER_PORT", String.valueOf(port));
    all.put("CI_SERVER_PROTOCOL", base.getScheme());
    all.put("CI_SERVER_FQDN", base.getAuthority());
    all.put("CI_SERVER_VERSION", VERSION);
    List<String> version = List.of(VERSION.split("\\.", -1));
    all.put("CI_SERVER_VERSION_MAJOR", version.get(0));
    all.put("CI_SERVER_VERSION_MINOR", version.get(1));
    all.put("CI_SERVER_VERSION_PATCH", version.get(2));
    all.put("CI_SERVER_REVISION", "stand-in");
    all.put("CI_API_V4_URL", base + "/api/v4");
    return all;
  }

  private void addProject(Map<String, String> all, Project project) {
    all.put("CI_PROJECT_ID", String.valueOf(project.id()));
    all.put("CI_PROJECT_NAME", project.path());
    all.put("CI_PROJECT_TITLE", project.name());
    all.put("CI_PROJECT_PATH", project.fullPath());
    all.put("CI_PROJECT_PATH_SLUG", Slug.of(project.fullPath()));
    all.put("CI_PROJECT_NAMESPACE", project.namespace());
    all.put("CI_PROJECT_NAMESPACE_ID", String.valueOf(project.namespaceId()));
    all.put("CI_PROJECT_ROOT_NAMESPACE", project.namespace());
    all.put("CI_PROJECT_URL", base + "/" + project.fullPath());
    all.put("CI_PROJECT_VISIBILITY", project.visibility());
    all.put("CI_DEFAULT_BRANCH", project.defaultBranch() == null ? "" : project.defaultBranch());
    all.put("CI_CONFIG_PATH", project.ciFile());
  }

  private static void addCommit(Map<String, String> all, Subject subject, boolean refProtected) {
    Commit commit = subject.commit();
    all.put("CI_COMMIT_SHA", commit.id());
    all.put("CI_COMMIT_SHORT_SHA", commit.id().substring(0, 8));
    all.put("CI_COMMIT_BEFORE_SHA", subject.beforeSha());
    all.put("CI_COMMIT_REF_NAME", subject.ref());
    all.put("CI_COMMIT_REF_SLUG", Slug.of(subject.ref()));
    all.put("CI_COMMIT_REF_PROTECTED", String.valueOf(refProtected));
    all.put(subject.tag() ? "CI_COMMIT_TAG" : "CI_COMMIT_BRANCH", subject.ref());
    all.put("CI_COMMIT_MESSAGE", commit.message());
    all.put("CI_COMMIT_TITLE", commit.title());
    all.put("CI_COMMIT_DESCRIPTION", commit.description());
    all.put(
        "CI_COMMIT_AUTHOR", "%s <%s>".formatted(commit.author().name(), commit.author().email()));
    all.put("CI_COMMIT_TIMESTAMP", commit.committer().iso());
  }
}
