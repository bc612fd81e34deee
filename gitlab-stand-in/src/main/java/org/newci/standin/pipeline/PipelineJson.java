package org.newci.standin.pipeline;

import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.newci.standin.git.Commit;
import org.newci.standin.project.Project;
import org.newci.standin.rest.Times;
import org.newci.standin.runner.Runner;
import org.newci.standin.user.User;

/** Pipelines and jobs as the REST API shows them (schemas public_api/v4/pipeline and job). */
public final class PipelineJson {

  private final URI base;

  public PipelineJson(URI base) {
    this.base = base;
  }

  /** What a job's JSON is made of besides the job. */
  public record Around(
      Project project,
      Pipeline pipeline,
      User user,
      Optional<Commit> commit,
      Optional<Runner> runner,
      long traceSize) {}

  /** Where people see that project. */
  public String projectUrl(Project project) {
    return base + "/" + project.fullPath();
  }

  /** Where people see that pipeline. */
  public String pipelineUrl(Project project, Pipeline pipeline) {
    return projectUrl(project) + "/-/pipelines/" + pipeline.id();
  }

  /** The keys of a list. */
  public Map<String, Object> basic(Project project, Pipeline pipeline) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", pipeline.id());
    json.put("iid", pipeline.iid());
    json.put("project_id", pipeline.projectId());
    json.put("sha", pipeline.sha());
    json.put("ref", pipeline.ref());
    json.put("status", pipeline.status());
    json.put("source", pipeline.source());
    json.put("created_at", Times.rest(pipeline.createdAt()));
    json.put("updated_at", Times.rest(pipeline.updatedAt()));
    json.put("web_url", pipelineUrl(project, pipeline));
    String name = pipeline.workflow().name();
    json.put("name", name.isEmpty() ? null : name);
    return json;
  }

  /** All keys. */
  public Map<String, Object> full(Project project, Pipeline pipeline, User user) {
    Map<String, Object> json = basic(project, pipeline);
    json.put("before_sha", pipeline.beforeSha());
    json.put("tag", pipeline.tag());
    json.put("yaml_errors", pipeline.yamlErrors());
    json.put("user", user.basic(base));
    json.put("started_at", Times.rest(pipeline.startedAt()));
    json.put("finished_at", Times.rest(pipeline.finishedAt()));
    json.put("committed_at", null);
    json.put("duration", wholeSeconds(pipeline.startedAt(), pipeline.finishedAt()));
    json.put("queued_duration", wholeSeconds(pipeline.createdAt(), pipeline.startedAt()));
    json.put("coverage", null);
    json.put("archived", project.archived());
    json.put("detailed_status", detailed(project, pipeline));
    return json;
  }

  /** Whole seconds between two times, when both are known. */
  public static @Nullable Long wholeSeconds(@Nullable Instant from, @Nullable Instant to) {
    Double seconds = Times.seconds(from, to);
    return seconds == null ? null : Math.round(seconds);
  }

  private Map<String, Object> detailed(Project project, Pipeline pipeline) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("icon", "status_" + pipeline.status());
    json.put("text", label(pipeline.status()));
    json.put("label", label(pipeline.status()));
    json.put("group", pipeline.status());
    json.put("tooltip", label(pipeline.status()));
    json.put("has_details", true);
    json.put("details_path", "/%s/-/pipelines/%d".formatted(project.fullPath(), pipeline.id()));
    json.put("illustration", null);
    json.put("favicon", null);
    return json;
  }

  /** GitLab calls a success "passed" where people read it. */
  public static String label(String status) {
    return status.equals("success") ? "passed" : status;
  }

  /** A job with all its keys, and its exit code. */
  public Map<String, Object> job(Job job, Around around) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", job.id());
    json.put("status", job.state().word());
    json.put("stage", job.spec().stage());
    json.put("name", job.name());
    json.put("ref", around.pipeline().ref());
    json.put("tag", around.pipeline().tag());
    json.put("coverage", null);
    json.put("allow_failure", job.allowFailure());
    json.put("created_at", Times.rest(job.times().created()));
    json.put("started_at", Times.rest(job.times().started()));
    json.put("finished_at", Times.rest(job.times().finished()));
    json.put("erased_at", Times.rest(job.left().erasedAt()));
    json.put("duration", Times.seconds(job.times().started(), job.times().finished()));
    json.put("queued_duration", Times.seconds(job.times().queued(), job.times().started()));
    json.put("user", around.user().basic(base));
    String url = projectUrl(around.project());
    json.put("commit", around.commit().map(commit -> commit.json(url)).orElse(null));
    json.put("pipeline", basic(around.project(), around.pipeline()));
    json.put("web_url", url + "/-/jobs/" + job.id());
    json.put("project", Map.of("ci_job_token_scope_enabled", false));
    json.put("artifacts", artifacts(job, around.traceSize()));
    job.archive()
        .ifPresent(
            file ->
                json.put(
                    "artifacts_file", Map.of("filename", file.filename(), "size", file.size())));
    json.put("runner", around.runner().map(Runner::json).orElse(null));
    json.put("runner_manager", null);
    json.put("artifacts_expire_at", Times.rest(job.left().expireAt()));
    json.put("archived", around.project().archived());
    json.put("tag_list", job.spec().tags());
    if (job.state() == JobState.FAILED) {
      json.put("failure_reason", job.failureReason());
    }
    json.put("exit_code", job.exitCode());
    return json;
  }

  private static List<Map<String, Object>> artifacts(Job job, long traceSize) {
    List<Map<String, Object>> all = new ArrayList<>();
    for (Job.Artifact file : job.left().artifacts()) {
      all.add(artifact(file.type(), file.size(), file.filename(), file.format()));
    }
    if (traceSize > 0) {
      all.add(artifact("trace", traceSize, "job.log", null));
    }
    return all;
  }

  private static Map<String, Object> artifact(
      String type, long size, String name, @Nullable String format) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("file_type", type);
    json.put("size", size);
    json.put("filename", name);
    json.put("file_format", format);
    return json;
  }
}
