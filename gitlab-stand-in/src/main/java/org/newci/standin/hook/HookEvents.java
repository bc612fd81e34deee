package org.newci.standin.hook;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.newci.shell.json.Json;
import org.newci.standin.pipeline.Job;
import org.newci.standin.pipeline.JobState;
import org.newci.standin.pipeline.Pipeline;
import org.newci.standin.pipeline.Witness;
import org.newci.standin.project.Project;
import org.newci.standin.project.ProjectStore;

/** Which moves make events (facts: app/models/ci/pipeline.rb and build.rb), and for whom. */
public final class HookEvents implements Witness {

  // GitLab tells of no job that was skipped.
  private static final Set<JobState> TOLD =
      Set.of(
          JobState.CREATED,
          JobState.PENDING,
          JobState.RUNNING,
          JobState.SUCCESS,
          JobState.FAILED,
          JobState.CANCELED);

  private final HookSender sender;
  private final HookPayloads payloads;

  public HookEvents(HookSender sender, HookPayloads payloads) {
    this.sender = sender;
    this.payloads = payloads;
  }

  @Override
  public Optional<Runnable> jobMoved(Handle handle, Pipeline pipeline, Job job) {
    return TOLD.contains(job.state())
        ? event(
            handle,
            pipeline.projectId(),
            "job_events",
            "Job Hook",
            project -> payloads.job(handle, project, pipeline, job))
        : Optional.empty();
  }

  @Override
  public Optional<Runnable> pipelineMoved(Handle handle, Pipeline pipeline, List<Job> jobs) {
    return event(
        handle,
        pipeline.projectId(),
        "pipeline_events",
        "Pipeline Hook",
        project -> payloads.pipeline(handle, project, pipeline, jobs));
  }

  private Optional<Runnable> event(
      Handle handle,
      long projectId,
      String event,
      String header,
      Function<Project, Map<String, Object>> payload) {
    List<Hook> hooks =
        Hook.all(handle, projectId).stream().filter(hook -> hook.events().contains(event)).toList();
    Optional<Project> project = ProjectStore.byId(handle, projectId);
    if (hooks.isEmpty() || project.isEmpty()) {
      return Optional.empty();
    }
    String body = Json.write(payload.apply(project.get()));
    return Optional.of(
        () -> hooks.forEach(hook -> sender.send(new HookSender.Delivery(hook, header, body))));
  }
}
