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
import org.newci.standin.ci.PushContext;
import org.newci.standin.ci.Workflow;
import org.newci.standin.database.Database;
import org.newci.standin.git.Commit;
import org.newci.standin.git.Push;
import org.newci.standin.git.Repositories;
import org.newci.standin.git.TreeFiles;
import org.newci.standin.project.Project;
import org.newci.standin.project.ProjectStore;
import org.newci.standin.project.Variable;
import org.newci.standin.user.User;

/** Starts pipelines: for each branch and tag of a push, when its CI file says so, or on request. */
public final class PipelineStart implements Push.Listener {

  /** GitLab starts no more than that many pipelines by one push (git_push_pipeline_limit). */
  private static final int MOST_PIPELINES = 4;

  private static final Compiled.Pipeline EMPTY =
      new Compiled.Pipeline(List.of(), List.of(), List.of(), Workflow.PLAIN);

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

  /** What came of a wish for a pipeline. */
  public sealed interface Outcome {

    /** It is there. */
    record Begun(Pipeline pipeline) implements Outcome {}

    /** There is none, for that reason. */
    record None(String why) implements Outcome {}
  }

  /** The commit that a branch or tag points at now. */
  public record Head(String sha, boolean tag) {}

  /** Where that branch, or else that tag, points at. */
  public Optional<Head> head(Project project, String ref) {
    return repositories
        .ref(project.id(), "refs/heads/" + ref)
        .map(sha -> new Head(sha, false))
        .or(
            () ->
                repositories
                    .ref(project.id(), "refs/tags/" + ref)
                    .flatMap(id -> repositories.commit(project.id(), id))
                    .map(commit -> new Head(commit.id(), true)));
  }

  /** Starts one on a branch or tag as it is now; a file with mistakes makes none here. */
  public Outcome onRequest(Project project, User user, String ref, List<GivenVariable> variables) {
    Optional<Head> head = head(project, ref);
    Optional<Commit> commit = head.flatMap(at -> repositories.commit(project.id(), at.sha()));
    if (head.isEmpty() || commit.isEmpty()) {
      return new Outcome.None("Reference not found");
    }
    Wish wish =
        new Wish(
            new Predefined.Subject(project, user, commit.get(), ref, head.get().tag(), Push.NONE),
            "api",
            variables);
    return switch (compile(wish)) {
      case Compiled.Invalid invalid -> new Outcome.None(invalid.text());
      case Compiled.NoJobs none -> new Outcome.None(none.why());
      case Compiled.Pipeline good -> new Outcome.Begun(begin(wish, "created", null, good));
      case null -> new Outcome.None("Missing CI config file");
    };
  }

  private record Wish(Predefined.Subject subject, String source, List<GivenVariable> variables) {}

  private void start(Project project, User user, Push.Change push, List<String> options) {
    Optional<Commit> commit = repositories.commit(project.id(), push.after());
    if (commit.isEmpty()) {
      return;
    }
    Wish wish =
        new Wish(
            new Predefined.Subject(
                project,
                user,
                commit.get(),
                push.shortName(),
                push.isTag(),
                push.isTag() ? Push.NONE : push.before()),
            "push",
            GivenVariables.ofPushOptions(options));
    if (options.contains("ci.skip") || commit.get().skipsCi()) {
      if (files(wish.subject()).contentId(project.ciFile()).isPresent()) {
        begin(wish, "skipped", null, EMPTY);
      }
      return;
    }
    switch (compile(wish)) {
      case Compiled.Invalid invalid -> begin(wish, "failed", invalid.text(), EMPTY);
      case Compiled.Pipeline good -> begin(wish, "created", null, good);
      case Compiled.NoJobs none -> {
        // GitLab makes no pipeline then, and tells nobody.
      }
      case null -> {
        // Nor without a file.
      }
    }
  }

  /** What the commit's CI file means; null when it has none. */
  private @Nullable Compiled compile(Wish wish) {
    Predefined.Subject subject = wish.subject();
    return files(subject)
        .read(subject.project().ciFile())
        .map(file -> CiFile.compile(file, context(wish)))
        .orElse(null);
  }

  private CommitFiles files(Predefined.Subject subject) {
    return new TreeFiles(
        repositories, subject.project().id(), subject.commit().id(), subject.beforeSha());
  }

  private PushContext context(Wish wish) {
    Predefined.Subject subject = wish.subject();
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
    wish.variables().forEach(variable -> settings.put(variable.key(), variable.value()));
    return new PushContext(
        subject.ref(),
        subject.tag(),
        wish.source(),
        predefined.forRules(subject, wish.source(), isProtected),
        settings,
        files(subject));
  }

  private boolean isProtected(Project project, String ref, boolean tag) {
    return !tag
        && database.read(handle -> ProjectStore.protection(handle, project.id(), ref)).isPresent();
  }

  private Pipeline begin(
      Wish wish, String status, @Nullable String errors, Compiled.Pipeline compiled) {
    Set<String> stages = new LinkedHashSet<>();
    compiled.jobs().forEach(job -> stages.add(job.stage()));
    Predefined.Subject subject = wish.subject();
    return changes.run(
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
                      wish.source(),
                      status,
                      List.copyOf(stages),
                      errors,
                      change.now(),
                      change.now(),
                      null,
                      over ? change.now() : null,
                      wish.variables(),
                      compiled.workflow()),
                  compiled.jobs(),
                  subject.project().buildTimeout());
          repositories.keep(pipeline.projectId(), keptAs(pipeline), pipeline.sha());
          if (!over && PipelineStore.autoCancels(change.handle(), pipeline.projectId())) {
            change.cancelOlder(pipeline);
          }
          return PipelineStore.byId(change.handle(), pipeline.id()).orElse(pipeline);
        });
  }

  private static String keptAs(Pipeline pipeline) {
    return "refs/pipelines/" + pipeline.id();
  }

  /** A pipeline is gone: its commit need not be kept for it. */
  void forget(Pipeline pipeline) {
    repositories.unkeep(pipeline.projectId(), keptAs(pipeline));
  }
}
