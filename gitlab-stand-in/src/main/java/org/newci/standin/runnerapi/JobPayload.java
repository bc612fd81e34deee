package org.newci.standin.runnerapi;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.newci.standin.ci.JobPredefined;
import org.newci.standin.ci.JobSpec;
import org.newci.standin.ci.PipelineFlow;
import org.newci.standin.database.Database;
import org.newci.standin.git.Commit;
import org.newci.standin.git.Repositories;
import org.newci.standin.pipeline.GivenVariable;
import org.newci.standin.pipeline.Job;
import org.newci.standin.pipeline.JobStore;
import org.newci.standin.pipeline.JobTokens;
import org.newci.standin.pipeline.Pipeline;
import org.newci.standin.pipeline.PipelineStore;
import org.newci.standin.pipeline.Predefined;
import org.newci.standin.project.Project;
import org.newci.standin.project.ProjectStore;
import org.newci.standin.project.Variable;
import org.newci.standin.rest.RestError;
import org.newci.standin.rest.Times;
import org.newci.standin.runner.Runner;
import org.newci.standin.user.User;
import org.newci.standin.user.Users;

/** A job as the runner gets it (common/spec/spec.go). */
public final class JobPayload {

  private static final int DEPTH = 20;
  private static final List<String> FAILURE_REASONS =
      List.of(
          "unknown_failure",
          "script_failure",
          "runner_system_failure",
          "job_execution_timeout",
          "image_pull_failure",
          "runner_configuration_error",
          "runner_external_dependency_failure",
          "runner_interrupted");

  private final Database database;
  private final Users users;
  private final Repositories repositories;
  private final JobTokens tokens;
  private final Predefined predefined;
  private final URI base;

  public JobPayload(
      Database database,
      Users users,
      Repositories repositories,
      JobTokens tokens,
      Predefined predefined,
      URI base) {
    this.database = database;
    this.users = users;
    this.repositories = repositories;
    this.tokens = tokens;
    this.predefined = predefined;
    this.base = base;
  }

  private record Known(
      Project project, Pipeline pipeline, List<Job> jobs, List<Variable> variables, boolean safe) {}

  /** All that the runner is told about that job. */
  Map<String, Object> of(Job job, Runner runner) {
    Known known = database.read(handle -> known(handle, job));
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", job.id());
    json.put("token", tokens.of(job.id()));
    json.put("allow_git_fetch", true);
    json.put("job_info", info(job, known));
    json.put("git_info", git(job, known));
    json.put("runner_info", Map.of("timeout", job.timeout(), "runner_session_url", ""));
    json.put("inputs", List.of());
    json.put("variables", variables(job, known, runner));
    json.put("steps", steps(job));
    json.put("image", job.spec().image().map(SpecJson::image).orElse(null));
    json.put("services", job.spec().services().stream().map(SpecJson::image).toList());
    json.put("artifacts", SpecJson.artifacts(job.spec()));
    json.put(
        "cache",
        job.spec().caches().stream().map(cache -> SpecJson.cache(cache, known.safe())).toList());
    json.put("credentials", List.of());
    json.put("dependencies", dependencies(job, known));
    json.put("features", features());
    json.put("hooks", SpecJson.hooks(job.spec()));
    json.put("secrets", Map.of());
    return json;
  }

  private static Known known(Handle handle, Job job) {
    Project project =
        ProjectStore.byId(handle, job.projectId()).orElseThrow(() -> RestError.gone());
    Pipeline pipeline =
        PipelineStore.byId(handle, job.pipelineId()).orElseThrow(() -> RestError.gone());
    boolean safe =
        !pipeline.tag()
            && ProjectStore.protection(handle, project.id(), pipeline.ref()).isPresent();
    return new Known(
        project,
        pipeline,
        JobStore.latest(handle, pipeline.id()),
        Variable.all(handle, project.id()),
        safe);
  }

  private static Map<String, Object> features() {
    return Map.of(
        "trace_sections",
        true,
        "token_mask_prefixes",
        List.of("glpat-"),
        "failure_reasons",
        FAILURE_REASONS);
  }

  private Map<String, Object> info(Job job, Known known) {
    Project project = known.project();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", job.id());
    json.put("name", job.name());
    json.put("stage", job.spec().stage());
    json.put("pipeline_id", job.pipelineId());
    json.put("project_id", project.id());
    json.put("project_name", project.path());
    json.put("project_full_path", project.fullPath());
    json.put("namespace_id", project.namespaceId());
    json.put("root_namespace_id", project.namespaceId());
    json.put("organization_id", 1);
    json.put("instance_id", "stand-in");
    json.put("user_id", known.pipeline().userId());
    json.put("time_in_queue_seconds", Times.seconds(job.times().queued(), job.times().started()));
    json.put("project_jobs_running_on_instance_runners_count", "0");
    return json;
  }

  private String repoUrl(Job job, Project project) {
    return "%s://gitlab-ci-token:%s@%s%s/%s.git"
        .formatted(
            base.getScheme(),
            tokens.of(job.id()),
            base.getAuthority(),
            base.getPath() == null ? "" : base.getPath(),
            project.fullPath());
  }

  private Map<String, Object> git(Job job, Known known) {
    Pipeline pipeline = known.pipeline();
    String ref = pipeline.ref();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("repo_url", repoUrl(job, known.project()));
    json.put("repo_object_format", "sha1");
    json.put("ref", ref);
    json.put("sha", pipeline.sha());
    json.put("before_sha", pipeline.beforeSha());
    json.put("ref_type", pipeline.tag() ? "tag" : "branch");
    json.put(
        "refspecs",
        List.of(
            "+refs/pipelines/%d:refs/pipelines/%d".formatted(pipeline.id(), pipeline.id()),
            pipeline.tag()
                ? "+refs/tags/%s:refs/tags/%s".formatted(ref, ref)
                : "+refs/heads/%s:refs/remotes/origin/%s".formatted(ref, ref)));
    json.put("depth", DEPTH);
    json.put("protected", known.safe());
    return json;
  }

  private List<Map<String, Object>> variables(Job job, Known known, Runner runner) {
    Pipeline pipeline = known.pipeline();
    Project project = known.project();
    User user = users.byId(pipeline.userId());
    Commit commit =
        repositories.commit(project.id(), pipeline.sha()).orElseThrow(() -> RestError.gone());
    Map<String, String> own =
        predefined.forRules(
            new Predefined.Subject(
                project, user, commit, pipeline.ref(), pipeline.tag(), pipeline.beforeSha()),
            pipeline.source(),
            known.safe());
    predefined.addJob(own, pipeline, job, project);
    own.put("CI_RUNNER_ID", String.valueOf(runner.id()));
    own.put("CI_RUNNER_DESCRIPTION", runner.description() == null ? "" : runner.description());
    own.put("CI_RUNNER_TAGS", String.join(", ", runner.tags()));
    JobPredefined.addOldNames(own);
    return new JobVariables()
        .predefined(own)
        .secret("CI_JOB_TOKEN", tokens.of(job.id()))
        .secret("CI_REPOSITORY_URL", repoUrl(job, project))
        .file(job.spec().variables())
        .given(dotenv(job, known))
        .project(known.variables(), known.safe())
        .given(pipeline.variables())
        .given(job.given())
        .json();
  }

  private static List<Map<String, Object>> steps(Job job) {
    List<Map<String, Object>> steps = new ArrayList<>();
    steps.add(step("script", job.spec().script(), job.timeout(), "on_success", false));
    if (!job.spec().afterScript().isEmpty()) {
      steps.add(step("after_script", job.spec().afterScript(), job.timeout(), "always", true));
    }
    return steps;
  }

  private static Map<String, Object> step(
      String name, List<String> script, int timeout, String when, boolean allowFailure) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", name);
    json.put("script", script);
    json.put("timeout", timeout);
    json.put("when", when);
    json.put("allow_failure", allowFailure);
    return json;
  }

  /** The jobs whose files and variables this one gets. */
  private static List<Job> sources(Job job, Known known) {
    List<JobSpec> specs = known.jobs().stream().map(Job::spec).toList();
    List<String> names = PipelineFlow.artifactSources(job.spec(), specs);
    return known.jobs().stream().filter(other -> names.contains(other.name())).toList();
  }

  private static List<GivenVariable> dotenv(Job job, Known known) {
    return sources(job, known).stream().flatMap(other -> other.left().dotenv().stream()).toList();
  }

  private List<Map<String, Object>> dependencies(Job job, Known known) {
    List<Map<String, Object>> all = new ArrayList<>();
    for (Job other : sources(job, known)) {
      other
          .archive()
          .ifPresent(
              file -> {
                Map<String, Object> json = new LinkedHashMap<>();
                json.put("id", other.id());
                json.put("name", other.name());
                json.put("token", tokens.of(other.id()));
                json.put(
                    "artifacts_file", Map.of("filename", file.filename(), "size", file.size()));
                all.add(json);
              });
    }
    return all;
  }
}
