package org.newci.standin.pipeline;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.newci.standin.ci.CiFile;
import org.newci.standin.ci.CommitFiles;
import org.newci.standin.ci.Compiled;
import org.newci.standin.ci.JobSpec;
import org.newci.standin.ci.PushContext;
import org.newci.standin.database.Database;
import org.newci.standin.git.Commit;
import org.newci.standin.git.Push;
import org.newci.standin.git.Repositories;
import org.newci.standin.project.Project;
import org.newci.standin.project.ProjectStore;
import org.newci.standin.project.Variable;
import org.newci.standin.user.User;

/** What a push starts: a pipeline for each branch and tag, when its CI file says so. */
public final class PipelineStart implements Push.Listener {

  /** GitLab starts no more than that many pipelines by one push (git_push_pipeline_limit). */
  private static final int MOST_PIPELINES = 4;

  private final Database database;
  private final Repositories repositories;
  private final Changes changes;
  private final Predefined predefined;

  public PipelineStart(
      Database database, Repositories repositories, Changes changes, Predefined predefined) {
    this.database = database;
    this.repositories = repositories;
    this.changes = changes;
    this.predefined = predefined;
  }

  @Override
  public void pushed(Push push) {
    Project project = noteDefaultBranch(push);
    push.changes().stream()
        .filter(change -> !change.isDeletion())
        .limit(MOST_PIPELINES)
        .forEach(change -> start(project, push.user(), change, push.options()));
  }

  private Project noteDefaultBranch(Push push) {
    Optional<String> first =
        push.changes().stream()
            .filter(change -> !change.isDeletion() && !change.isTag())
            .map(Push.Change::shortName)
            .findFirst();
    return changes.run(
        change -> {
          Handle handle = change.handle();
          Project now = ProjectStore.byId(handle, push.project().id()).orElse(push.project());
          boolean becomesDefault = now.defaultBranch() == null && first.isPresent();
          Project after =
              new Project(
                  now.id(),
                  now.namespaceId(),
                  now.namespace(),
                  now.path(),
                  now.name(),
                  now.description(),
                  now.visibility(),
                  becomesDefault ? first.get() : now.defaultBranch(),
                  now.ciConfigPath(),
                  now.buildTimeout(),
                  now.autoDevops(),
                  now.creatorId(),
                  now.createdAt(),
                  change.now(),
                  now.markedForDeletionOn());
          ProjectStore.update(handle, after);
          if (becomesDefault) {
            ProjectStore.protect(handle, now.id(), first.get());
            repositories.setHead(now.id(), first.get());
          }
          return after;
        });
  }

  private void start(Project project, User user, Push.Change push, List<String> options) {
    Optional<Commit> commit = repositories.commit(project.id(), push.after());
    if (commit.isEmpty()) {
      return;
    }
    Optional<String> file = repositories.file(project.id(), commit.get().id(), project.ciFile());
    if (file.isEmpty()) {
      return;
    }
    Predefined.Subject subject =
        new Predefined.Subject(
            project,
            user,
            commit.get(),
            push.shortName(),
            push.isTag(),
            push.isTag() ? Push.NONE : push.before());
    if (options.contains("ci.skip") || commit.get().skipsCi()) {
      begin(subject, "skipped", null, List.of());
      return;
    }
    switch (CiFile.compile(file.get(), context(subject))) {
      case Compiled.Invalid invalid -> begin(subject, "failed", invalid.text(), List.of());
      case Compiled.Pipeline good -> begin(subject, "created", null, good.jobs());
      case Compiled.NoJobs none -> {
        // GitLab makes no pipeline then, and tells nobody.
      }
    }
  }

  private PushContext context(Predefined.Subject subject) {
    Project project = subject.project();
    boolean isProtected = isProtected(project, subject.ref(), subject.tag());
    Map<String, String> settings = new LinkedHashMap<>();
    database
        .read(handle -> Variable.all(handle, project.id()))
        .forEach(
            variable -> {
              if (variable.reaches(isProtected)) {
                settings.put(variable.key(), variable.value());
              }
            });
    return new PushContext(
        subject.ref(),
        subject.tag(),
        "push",
        predefined.forRules(subject, "push", isProtected),
        settings,
        CommitFiles.NONE);
  }

  private boolean isProtected(Project project, String ref, boolean tag) {
    return !tag
        && database.read(handle -> ProjectStore.protection(handle, project.id(), ref)).isPresent();
  }

  private void begin(
      Predefined.Subject subject, String status, @Nullable String errors, List<JobSpec> jobs) {
    Set<String> stages = new LinkedHashSet<>();
    jobs.forEach(job -> stages.add(job.stage()));
    changes.run(
        change -> {
          boolean over = !status.equals("created");
          Pipeline pipeline =
              change.begin(
                  new Pipeline(
                      0,
                      0,
                      subject.project().id(),
                      subject.user().id(),
                      subject.commit().id(),
                      subject.beforeSha(),
                      subject.ref(),
                      subject.tag(),
                      "push",
                      status,
                      List.copyOf(stages),
                      errors,
                      change.now(),
                      change.now(),
                      null,
                      over ? change.now() : null),
                  jobs,
                  subject.project().buildTimeout());
          repositories.keep(
              subject.project().id(), "refs/pipelines/" + pipeline.id(), pipeline.sha());
          return pipeline;
        });
  }
}
