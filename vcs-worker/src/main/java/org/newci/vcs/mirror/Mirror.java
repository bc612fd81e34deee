package org.newci.vcs.mirror;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.eclipse.jgit.lib.ObjectId;
import org.jspecify.annotations.Nullable;
import org.newci.contracts.vcs.MirrorAnswer;
import org.newci.shell.problem.Problem;
import org.newci.vcs.gitlab.GitLab;
import org.newci.vcs.gitlab.GitLabPipeline;
import org.newci.vcs.source.SourceCache;
import org.newci.vcs.transport.KeyedLocks;

/**
 * One mirroring from beginning to end. The source is fetched while GitLab is asked what lies at the
 * path; nothing is destroyed before the commit is here and the verdict allows it.
 */
final class Mirror {

  private final GitLab gitlab;
  private final SourceCache cache;
  private final MasterPush push;
  private final ProjectReplacement replacement;
  private final KeyedLocks paths = new KeyedLocks();

  Mirror(GitLab gitlab, SourceCache cache, MasterPush push) {
    this.gitlab = gitlab;
    this.cache = cache;
    this.push = push;
    this.replacement = new ProjectReplacement(gitlab);
  }

  MirrorAnswer run(MirrorOrder order) throws Exception {
    long began = System.nanoTime();
    FutureTask<SourceCache.Fetched> fetching =
        Together.start(
            "fetch for " + order.name(),
            () -> cache.fetch(order.source(), order.ref(), order.pinned()));
    try (var _ = paths.hold(order.name())) {
      String path = gitlab.username() + "/" + order.name();
      Found found = look(path);
      if (found != null) {
        Verdict.refusal(order.owner(), found)
            .ifPresent(
                refuse -> {
                  throw refuse.problem();
                });
      }
      SourceCache.Fetched fetched = Together.await(fetching);
      List<String> actions = new ArrayList<>(List.of(fetched.action()));
      MirrorAnswer answer = decide(order, found, fetched, actions);
      return withTime(answer, actions, (System.nanoTime() - began) / 1_000_000);
    } finally {
      fetching.cancel(true);
    }
  }

  private @Nullable Found look(String path) throws Exception {
    var project = gitlab.findProject(path).orElse(null);
    if (project == null || project.isMarked()) {
      return null;
    }
    FutureTask<List<GitLabPipeline>> pipelines =
        Together.start("pipelines of " + path, () -> gitlab.pipelines(project.id()));
    ProjectMarker marker =
        gitlab
            .variable(project.id(), ProjectMarker.VARIABLE)
            .flatMap(ProjectMarker::read)
            .orElse(null);
    return new Found(project, marker, Together.await(pipelines));
  }

  private MirrorAnswer decide(
      MirrorOrder order, @Nullable Found found, SourceCache.Fetched fetched, List<String> actions)
      throws Exception {
    String commit = fetched.commit().name();
    Verdict verdict =
        found == null ? new Verdict.Replace() : Verdict.of(order.owner(), commit, found);
    return switch (verdict) {
      case Verdict.Refuse refuse -> throw refuse.problem();
      case Verdict.Keep keep -> kept(order, found, keep, actions);
      case Verdict.Replace replace -> replaced(order, found, fetched, actions);
    };
  }

  private MirrorAnswer kept(
      MirrorOrder order, @Nullable Found found, Verdict.Keep keep, List<String> actions)
      throws Exception {
    if (found == null) {
      throw new IllegalStateException("nothing to keep");
    }
    long id = found.project().id();
    ProjectMarker marker = keep.marker();
    if (order.owner().fence() > marker.fence()) {
      gitlab.setVariable(id, ProjectMarker.VARIABLE, marker(order, found, marker.commit()).json());
    }
    actions.add(
        "kept the project %s, whose pipeline %d is this build's"
            .formatted(found.project().pathWithNamespace(), keep.pipeline().id()));
    return new MirrorAnswer(
        id,
        found.project().pathWithNamespace(),
        marker.commit(),
        keep.pipeline().id(),
        marker.floor(),
        actions,
        0);
  }

  private MirrorAnswer replaced(
      MirrorOrder order, @Nullable Found found, SourceCache.Fetched fetched, List<String> actions)
      throws Exception {
    ObjectId commit = fetched.commit();
    var replaced = replacement.replace(order, found, actions::add);
    var project = replaced.project();
    ProjectMarker marker = marker(order, found, commit.name());
    replacement.furnish(project, order, marker, actions);
    push.push(fetched.repository(), commit, project.pathWithNamespace());
    actions.add("pushed %s as %s".formatted(commit.name(), MasterPush.BRANCH));
    Long pipeline =
        gitlab.pipelinesOf(project.id(), commit.name(), MasterPush.BRANCH).stream()
            .map(GitLabPipeline::id)
            .min(Long::compare)
            .orElse(null);
    FutureTask<String> removal = replaced.removal();
    if (removal != null) {
      actions.add(Together.await(removal));
    }
    return new MirrorAnswer(
        project.id(),
        project.pathWithNamespace(),
        commit.name(),
        pipeline,
        marker.floor(),
        actions,
        0);
  }

  /** A direct request has no fence of its own: the project keeps the one that it had. */
  private static ProjectMarker marker(MirrorOrder order, @Nullable Found found, String commit) {
    var owner = order.owner();
    long before = found == null || found.marker() == null ? 0 : found.marker().fence();
    // The project is new, so every pipeline in it is younger than the push.
    return new ProjectMarker(
        owner.build(), owner.attempt(), Math.max(before, owner.fence()), commit, 0);
  }

  private static MirrorAnswer withTime(MirrorAnswer answer, List<String> actions, long millis) {
    return new MirrorAnswer(
        answer.projectId(),
        answer.path(),
        answer.commit(),
        answer.pipelineId(),
        answer.pipelineFloor(),
        List.copyOf(actions),
        millis);
  }

  /** What a request that took too long is told. */
  static Problem tookTooLong(MirrorOrder order, long seconds) {
    return Problem.badGateway(
        "mirror-timeout",
        "Mirroring %s took longer than %d s and was given up.".formatted(order.source(), seconds));
  }
}
