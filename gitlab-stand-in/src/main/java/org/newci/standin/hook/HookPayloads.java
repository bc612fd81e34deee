package org.newci.standin.hook;

import java.net.URI;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.newci.standin.ci.JobWhen;
import org.newci.standin.git.Commit;
import org.newci.standin.git.Push;
import org.newci.standin.git.PushedCommits;
import org.newci.standin.git.Repositories;
import org.newci.standin.pipeline.Job;
import org.newci.standin.pipeline.JobStore;
import org.newci.standin.pipeline.Pipeline;
import org.newci.standin.pipeline.PipelineJson;
import org.newci.standin.project.Project;
import org.newci.standin.project.ProjectJson;
import org.newci.standin.rest.Times;
import org.newci.standin.runner.Runner;
import org.newci.standin.runner.RunnerStore;
import org.newci.standin.user.User;
import org.newci.standin.user.Users;

/** Bodies of events (docs: user/project/integrations/webhook_events). */
public final class HookPayloads {

  private final Users users;
  private final Repositories repositories;
  private final ProjectJson projects;
  private final PipelineJson pipelines;
  private final PushPayloads pushes;

  public HookPayloads(URI base, Users users, Repositories repositories) {
    this.users = users;
    this.repositories = repositories;
    this.projects = new ProjectJson(base, users);
    this.pipelines = new PipelineJson(base);
    this.pushes = new PushPayloads(projects);
  }

  Map<String, Object> push(
      Push push, Push.Change change, boolean isProtected, PushedCommits commits) {
    return pushes.of(push, change, isProtected, commits);
  }

  Map<String, Object> pipeline(Handle handle, Project project, Pipeline pipeline, List<Job> jobs) {
    User user = users.byId(pipeline.userId());
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("object_kind", "pipeline");
    json.put("object_attributes", attributes(project, pipeline));
    json.put("merge_request", null);
    json.put("user", user.hook());
    json.put("project", projects.hook(project));
    json.put(
        "commit",
        repositories
            .commit(project.id(), pipeline.sha())
            .map(commit -> commit.hook(projects.webUrl(project)))
            .orElse(null));
    json.put("builds", jobs.stream().map(job -> build(handle, job, user)).toList());
    return json;
  }

  private Map<String, Object> attributes(Project project, Pipeline pipeline) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", pipeline.id());
    json.put("iid", pipeline.iid());
    json.put("name", pipeline.workflow().name().isEmpty() ? null : pipeline.workflow().name());
    json.put("ref", pipeline.ref());
    json.put("tag", pipeline.tag());
    json.put("sha", pipeline.sha());
    json.put("before_sha", pipeline.beforeSha());
    json.put("source", pipeline.source());
    json.put("status", pipeline.status());
    json.put("detailed_status", PipelineJson.label(pipeline.status()));
    json.put("stages", pipeline.stages());
    json.put("created_at", Times.hook(pipeline.createdAt()));
    json.put("finished_at", Times.hook(pipeline.finishedAt()));
    json.put("duration", PipelineJson.wholeSeconds(pipeline.startedAt(), pipeline.finishedAt()));
    json.put(
        "queued_duration", PipelineJson.wholeSeconds(pipeline.createdAt(), pipeline.startedAt()));
    json.put(
        "protected_ref",
        project.defaultBranch() != null && pipeline.ref().equals(project.defaultBranch()));
    json.put(
        "variables",
        pipeline.variables().stream()
            .map(variable -> Map.of("key", variable.key(), "value", variable.value()))
            .toList());
    json.put("url", pipelines.pipelineUrl(project, pipeline));
    return json;
  }

  private Map<String, Object> build(Handle handle, Job job, User user) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", job.id());
    json.put("stage", job.spec().stage());
    json.put("name", job.name());
    json.put("status", job.state().word());
    json.put("created_at", Times.hook(job.times().created()));
    json.put("started_at", Times.hook(job.times().started()));
    json.put("finished_at", Times.hook(job.times().finished()));
    json.put("duration", Times.seconds(job.times().started(), job.times().finished()));
    json.put("queued_duration", Times.seconds(job.times().queued(), job.times().started()));
    json.put("failure_reason", job.failureReason());
    json.put("when", job.spec().when().name().toLowerCase(java.util.Locale.ROOT));
    json.put("manual", job.spec().when() == JobWhen.MANUAL);
    json.put("allow_failure", job.allowFailure());
    json.put("user", user.hook());
    json.put("runner", runner(handle, job));
    Map<String, Object> artifacts = new LinkedHashMap<>();
    artifacts.put("filename", job.archive().map(Job.Artifact::filename).orElse(null));
    artifacts.put("size", job.archive().map(Job.Artifact::size).orElse(null));
    json.put("artifacts_file", artifacts);
    json.put("environment", null);
    return json;
  }

  private static @Nullable Map<String, Object> runner(Handle handle, Job job) {
    return Optional.ofNullable(job.runnerId())
        .flatMap(id -> RunnerStore.byId(handle, id))
        .map(Runner::hook)
        .orElse(null);
  }

  Map<String, Object> job(Handle handle, Project project, Pipeline pipeline, Job job) {
    User user = users.byId(pipeline.userId());
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("object_kind", "build");
    json.put("ref", pipeline.ref());
    json.put("tag", pipeline.tag());
    json.put("before_sha", pipeline.beforeSha());
    json.put("sha", pipeline.sha());
    json.put("retries_count", JobStore.retries(handle, job));
    json.put("build_id", job.id());
    json.put("build_name", job.name());
    json.put("build_stage", job.spec().stage());
    json.put("build_status", job.state().word());
    putTimes(json, "build_created_at", job.times().created());
    putTimes(json, "build_started_at", job.times().started());
    putTimes(json, "build_finished_at", job.times().finished());
    json.put("build_duration", Times.seconds(job.times().started(), job.times().finished()));
    json.put("build_queued_duration", Times.seconds(job.times().queued(), job.times().started()));
    json.put("build_allow_failure", job.allowFailure());
    json.put(
        "build_failure_reason",
        job.failureReason() == null ? "unknown_failure" : job.failureReason());
    json.put("pipeline_id", pipeline.id());
    json.put("runner", runner(handle, job));
    json.put("project_id", project.id());
    json.put("project_name", project.fullPath());
    json.put("user", user.hook());
    json.put("commit", commit(project, pipeline));
    json.put("repository", projects.repository(project));
    json.put("project", projects.hook(project));
    json.put("environment", null);
    return json;
  }

  private static void putTimes(Map<String, Object> json, String key, @Nullable Instant time) {
    json.put(key, Times.hook(time));
    json.put(key + "_iso", Times.rest(time));
  }

  private Map<String, Object> commit(Project project, Pipeline pipeline) {
    Optional<Commit> commit = repositories.commit(project.id(), pipeline.sha());
    Map<String, Object> json = new LinkedHashMap<>();
    // In this event GitLab gives the pipeline's number here.
    json.put("id", pipeline.id());
    json.put("name", null);
    json.put("sha", pipeline.sha());
    json.put("message", commit.map(Commit::message).orElse(null));
    json.put("author_name", commit.map(c -> c.author().name()).orElse(null));
    json.put("author_email", commit.map(c -> c.author().email()).orElse(null));
    json.put("author_url", commit.map(c -> "mailto:" + c.author().email()).orElse(null));
    json.put("status", pipeline.status());
    json.put("duration", PipelineJson.wholeSeconds(pipeline.startedAt(), pipeline.finishedAt()));
    putTimes(json, "started_at", pipeline.startedAt());
    putTimes(json, "finished_at", pipeline.finishedAt());
    return json;
  }
}
