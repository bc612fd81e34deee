package org.newci.vcs.mirror;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.newci.contracts.vcs.MirrorRequest.Variable;
import org.newci.vcs.gitlab.GitLab;
import org.newci.vcs.gitlab.GitLabFailure;
import org.newci.vcs.gitlab.GitLabPipeline;
import org.newci.vcs.gitlab.GitLabProject;

/** Makes a fresh GitLab project where an older one may be. */
final class ProjectReplacement {

  private static final Duration END_OF_CANCELLED = Duration.ofSeconds(60);
  private static final Duration FREE_PATH = Duration.ofSeconds(60);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  private final GitLab gitlab;

  ProjectReplacement(GitLab gitlab) {
    this.gitlab = gitlab;
  }

  /**
   * Cancels what runs, deletes the project in GitLab's two steps, and creates it anew. The second
   * step, which nobody waits for, goes on in what is returned.
   *
   * @param actions told each thing that was done
   */
  Replaced replace(MirrorOrder order, @Nullable Found found, Consumer<String> actions)
      throws GitLabFailure, InterruptedException {
    FutureTask<String> removal = null;
    if (found != null) {
      GitLabProject old = found.project();
      endPipelines(old.id(), found.live(), actions);
      gitlabMark(old.id());
      GitLabProject marked = gitlab.project(old.id()).orElse(null);
      if (marked == null) {
        actions.accept("deleted project %d".formatted(old.id()));
      } else {
        actions.accept("marked project %d for deletion".formatted(old.id()));
        removal = Together.start("remove " + old.id(), () -> remove(marked));
        if (marked.pathWithNamespace().equalsIgnoreCase(old.pathWithNamespace())) {
          waitFor(removal);
        }
      }
    }
    GitLabProject fresh = create(order);
    actions.accept("created the private project %s".formatted(fresh.pathWithNamespace()));
    return new Replaced(fresh, removal);
  }

  /**
   * The new project.
   *
   * @param removal ends with what became of the old one; null where there was none
   */
  record Replaced(GitLabProject project, @Nullable FutureTask<String> removal) {}

  /** Sets the variables, the marker and the webhook, side by side. */
  void furnish(GitLabProject project, MirrorOrder order, ProjectMarker marker, List<String> actions)
      throws Exception {
    List<Callable<Void>> works = new ArrayList<>();
    works.add(variable(project, new Variable(ProjectMarker.VARIABLE, marker.json(), false, false)));
    order.extras().variables().forEach(variable -> works.add(variable(project, variable)));
    String[] hookRefused = new String[1];
    var hook = order.extras().hook();
    if (hook != null) {
      works.add(
          () -> {
            try {
              gitlab.addHook(project.id(), hook.url(), hook.token());
            } catch (GitLabFailure e) {
              // The webhook only makes things quicker: the pipeline is looked at all the same.
              hookRefused[0] = String.valueOf(e.getMessage());
            }
            return null;
          });
    }
    Together.all("furnish " + project.id(), works);
    actions.add("set %d variables".formatted(order.extras().variables().size() + 1));
    if (hook != null) {
      actions.add(
          hookRefused[0] == null
              ? "set the webhook for pipeline and job events"
              : "did not set the webhook: " + hookRefused[0]);
    }
  }

  private Callable<Void> variable(GitLabProject project, Variable variable) {
    return () -> {
      gitlab.setVariable(
          project.id(),
          variable.key(),
          variable.value(),
          new GitLab.Kind(variable.masked(), variable.file()));
      return null;
    };
  }

  void endPipelines(long project, List<GitLabPipeline> live, Consumer<String> actions)
      throws GitLabFailure, InterruptedException {
    for (GitLabPipeline pipeline : live) {
      gitlab.cancel(project, pipeline.id());
      actions.accept("cancelled pipeline %d".formatted(pipeline.id()));
    }
    long end = System.nanoTime() + END_OF_CANCELLED.toNanos();
    for (GitLabPipeline pipeline : live) {
      Duration pause = FIRST_PAUSE;
      while (gitlab.pipeline(project, pipeline.id()).isLive()) {
        if (System.nanoTime() > end) {
          actions.accept(
              "pipeline %d did not end within %d s of that"
                  .formatted(pipeline.id(), END_OF_CANCELLED.toSeconds()));
          break;
        }
        pause = sleep(pause);
      }
    }
  }

  private void gitlabMark(long id) throws GitLabFailure {
    try {
      gitlab.markForDeletion(id);
    } catch (GitLabFailure e) {
      // 400 when it is marked already, 404 when it is gone: both are what we want.
      if (e.status() != 400 && e.status() != 404) {
        throw e;
      }
    }
  }

  private String remove(GitLabProject marked) {
    if (!marked.isMarked() && !marked.pathWithNamespace().contains("deletion_scheduled")) {
      return "project %d waits for its removal".formatted(marked.id());
    }
    try {
      gitlab.removeNow(marked.id(), marked.pathWithNamespace());
      return "removed project %d".formatted(marked.id());
    } catch (GitLabFailure e) {
      return "project %d stays marked, for it was not removed at once: %s"
          .formatted(marked.id(), e.getMessage());
    }
  }

  private static void waitFor(FutureTask<String> removal) throws InterruptedException {
    try {
      removal.get();
    } catch (java.util.concurrent.ExecutionException e) {
      throw new IllegalStateException("a removal reports its failure as text", e);
    }
  }

  /** A path whose project is being removed is free a little later. */
  private GitLabProject create(MirrorOrder order) throws GitLabFailure, InterruptedException {
    long end = System.nanoTime() + FREE_PATH.toNanos();
    Duration pause = FIRST_PAUSE;
    while (true) {
      try {
        return gitlab.createProject(order.name(), order.extras().timeout());
      } catch (GitLabFailure e) {
        String said = String.valueOf(e.getMessage());
        boolean later = said.contains("still being deleted") || said.contains("already been taken");
        if (e.status() != 400 || !later || System.nanoTime() > end) {
          throw e;
        }
      }
      pause = sleep(pause);
    }
  }

  private static Duration sleep(Duration pause) throws InterruptedException {
    Thread.sleep(pause);
    Duration next = pause.multipliedBy(2);
    return next.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : next;
  }
}
