package org.newci.standin.hook;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.newci.shell.json.Json;
import org.newci.standin.database.Database;
import org.newci.standin.git.Push;
import org.newci.standin.git.PushedCommits;
import org.newci.standin.git.Repositories;
import org.newci.standin.pipeline.Job;
import org.newci.standin.pipeline.JobState;
import org.newci.standin.pipeline.Pipeline;
import org.newci.standin.pipeline.Witness;
import org.newci.standin.project.Project;
import org.newci.standin.project.ProjectStore;

/** Which moves make events (facts: app/models/ci/pipeline.rb and build.rb), and for whom. */
public final class HookEvents implements Witness, Push.Listener {

  // GitLab tells of no job that was skipped.
  private static final Set<JobState> TOLD =
      Set.of(
          JobState.CREATED,
          JobState.PENDING,
          JobState.RUNNING,
          JobState.SUCCESS,
          JobState.FAILED,
          JobState.CANCELED);

  /** A push of more branches, or more tags, tells nobody (push_event_hooks_limit). */
  private static final int MOST_REFS = 3;

  private final Database database;
  private final Repositories repositories;
  private final HookSender sender;
  private final HookPayloads payloads;

  public HookEvents(
      Database database, Repositories repositories, HookSender sender, HookPayloads payloads) {
    this.database = database;
    this.repositories = repositories;
    this.sender = sender;
    this.payloads = payloads;
  }

  @Override
  public void pushed(Push push) {
    for (boolean tags : new boolean[] {false, true}) {
      List<Push.Change> changes =
          push.changes().stream().filter(change -> change.isTag() == tags).toList();
      if (changes.size() <= MOST_REFS) {
        changes.forEach(change -> tell(push, change));
      }
    }
  }

  private void tell(Push push, Push.Change change) {
    String event = change.isTag() ? "tag_push_events" : "push_events";
    long projectId = push.project().id();
    List<Hook> hooks =
        database.read(handle -> Hook.all(handle, projectId)).stream()
            .filter(hook -> hook.events().contains(event))
            .filter(hook -> change.isTag() || hook.branchFilter().lets(change.shortName()))
            .toList();
    Optional<Project> project = database.read(handle -> ProjectStore.byId(handle, projectId));
    if (hooks.isEmpty() || project.isEmpty()) {
      return;
    }
    String base = project.get().defaultBranch();
    PushedCommits commits =
        PushedCommits.of(
            repositories, projectId, change, change.shortName().equals(base) ? null : base);
    boolean isProtected =
        !change.isTag()
            && database
                .read(handle -> ProjectStore.protection(handle, projectId, change.shortName()))
                .isPresent();
    Push now = new Push(project.get(), push.user(), push.changes(), push.options());
    String body = Json.write(payloads.push(now, change, isProtected, commits));
    String header = change.isTag() ? "Tag Push Hook" : "Push Hook";
    hooks.forEach(hook -> sender.send(new HookSender.Delivery(hook, header, body)));
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
