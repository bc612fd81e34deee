package org.newci.vcs.mirror;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.jspecify.annotations.Nullable;
import org.newci.contracts.vcs.MirrorAnswer;
import org.newci.contracts.vcs.MirrorRequest.Variable;
import org.newci.shell.problem.Problem;
import org.newci.vcs.gitlab.GitLab;
import org.newci.vcs.gitlab.GitLabFailure;
import org.newci.vcs.gitlab.GitLabPipeline;
import org.newci.vcs.gitlab.GitLabProject;
import org.newci.vcs.gitlab.GitLabToken;
import org.newci.vcs.gitlab.PushTokens;
import org.newci.vcs.source.Credential;
import org.newci.vcs.source.Credentials;
import org.newci.vcs.source.Origin;
import org.newci.vcs.source.SourceCache;
import org.newci.vcs.source.SourceFailure;
import org.newci.vcs.source.SourceTree;
import org.newci.vcs.source.Submodule;
import org.newci.vcs.source.SubmoduleSources;
import org.newci.vcs.transport.KeyedLocks;

/**
 * One mirroring from beginning to end. The source is fetched while GitLab is asked what lies at the
 * path; nothing is destroyed before the commit is here and the verdict allows it.
 */
final class Mirror {

  /**
   * How GitLab answers where a project may not have tokens of its own, or does not know of them.
   */
  private static final Set<Integer> NO_SUCH_TOKENS = Set.of(400, 403, 404, 405);

  private final GitLab gitlab;
  private final PushTokens tokens;
  private final SourceCache cache;
  private final Credentials credentials;
  private final MasterPush push;
  private final ProjectReplacement replacement;
  private final ProjectReset reset;
  private final KeyedLocks paths = new KeyedLocks();

  Mirror(
      GitLab gitlab,
      PushTokens tokens,
      SourceCache cache,
      Credentials credentials,
      MasterPush push) {
    this.gitlab = gitlab;
    this.tokens = tokens;
    this.cache = cache;
    this.credentials = credentials;
    this.push = push;
    this.replacement = new ProjectReplacement(gitlab);
    this.reset = new ProjectReset(gitlab, replacement);
  }

  MirrorAnswer run(MirrorOrder order) throws Exception {
    long began = System.nanoTime();
    MirrorOrder.From from = order.from();
    Credential credential = credentials.of(from.way().credential(), from.url());
    Origin origin = new Origin(from.url(), credential, from.way().loopback());
    try (var hand = new Handover<>(SourceCache.Fetched::close)) {
      FutureTask<SourceCache.Fetched> fetching =
          Together.start(
              "fetch for " + order.name(),
              () -> hand.give(cache.fetch(origin, from.ref(), from.pinned())));
      try {
        return mirror(order, fetching, began);
      } finally {
        fetching.cancel(true);
      }
    }
  }

  private MirrorAnswer mirror(
      MirrorOrder order, FutureTask<SourceCache.Fetched> fetching, long began) throws Exception {
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
      try (SourceCopy copy = copy(order.from(), fetched, actions)) {
        MirrorAnswer answer = decide(order.granted(fetched.ref()), found, copy, actions);
        long millis = (System.nanoTime() - began) / 1_000_000;
        return completed(answer, actions, millis, fetched.ref());
      }
    }
  }

  private SourceCopy copy(MirrorOrder.From from, SourceCache.Fetched fetched, List<String> actions)
      throws Exception {
    MirrorOrder.Submodules wanted = from.submodules();
    if (wanted == null) {
      leaveOut(fetched, actions);
      return new SourceCopy(fetched, List.of());
    }
    MirrorOrder.Way way = from.way();
    SubmoduleSources.Rights rights =
        url -> {
          String credential = wanted.sharesRule(url) ? way.credential() : null;
          return new Origin(url, credentials.of(credential, url), way.loopback());
        };
    SourceCopy copy =
        new SourceCopy(fetched, SubmoduleSources.bring(cache, rights, from.url(), fetched));
    if (!copy.submodules().isEmpty()) {
      actions.add(copy.action());
    }
    return copy;
  }

  private static void leaveOut(SourceCache.Fetched fetched, List<String> actions) throws Exception {
    try (Repository repository = SourceCache.open(fetched.repository())) {
      List<String> names =
          SourceTree.submodules(repository, fetched.commit()).stream()
              .map(Submodule::name)
              .limit(10)
              .toList();
      if (!names.isEmpty()) {
        actions.add(
            "left out the submodules %s, which the registry does not ask for"
                .formatted(String.join(", ", names)));
      }
    } catch (SourceFailure e) {
      actions.add("left out the submodules: " + e.getMessage());
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
      MirrorOrder order, @Nullable Found found, SourceCopy copy, List<String> actions)
      throws Exception {
    String commit = copy.commit().name();
    if (found != null && order.from().pinned() == null) {
      commit = Verdict.underWay(order.owner(), found).orElse(commit);
    }
    Verdict verdict =
        found == null ? new Verdict.Replace() : Verdict.of(order.owner(), commit, found);
    return switch (verdict) {
      case Verdict.Refuse refuse -> throw refuse.problem();
      case Verdict.Keep keep -> kept(order, found, keep, actions);
      case Verdict.Replace replace -> replaced(order, found, copy, actions);
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
      ProjectMarker next = marker(order, found, marker.commit(), marker.floor());
      gitlab.setVariable(id, ProjectMarker.VARIABLE, next.json(), GitLab.Kind.PLAIN);
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
        0,
        null);
  }

  private MirrorAnswer replaced(
      MirrorOrder order, @Nullable Found found, SourceCopy copy, List<String> actions)
      throws Exception {
    ObjectId commit = copy.commit();
    FutureTask<String> removal = null;
    GitLabProject project;
    boolean kept = found != null && order.extras().reset();
    if (found != null && kept) {
      project = found.project();
      reset.clear(order, found, actions);
    } else {
      var fresh = replacement.replace(order, found, actions::add);
      project = fresh.project();
      removal = fresh.removal();
    }
    long floor = found != null && kept ? ProjectReset.floor(found) : 0;
    ProjectMarker marker = marker(order, found, commit.name(), floor);
    GitLabToken token = furnished(project, withSubmodules(order, copy, project), marker, actions);
    var target = new MasterPush.Target(project.pathWithNamespace(), token);
    pushTags(copy, target, actions);
    boolean moved = push.push(copy.fetched().repository(), commit, target);
    actions.add("pushed %s as %s".formatted(commit.name(), MasterPush.BRANCH));
    if (!moved) {
      reset.startPipeline(project.id(), actions);
    }
    Long pipeline =
        gitlab.pipelinesOf(project.id(), commit.name(), MasterPush.BRANCH).stream()
            .map(GitLabPipeline::id)
            .filter(id -> id > floor)
            .min(Long::compare)
            .orElse(null);
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
        0,
        null);
  }

  /** Gives the project what it needs; answers what to push with, made meanwhile. */
  private GitLabToken furnished(
      GitLabProject project, MirrorOrder order, ProjectMarker marker, List<String> actions)
      throws Exception {
    AtomicReference<GitLabToken> token = new AtomicReference<>();
    List<String> aboutToken = new ArrayList<>();
    Callable<Void> furnishing =
        () -> {
          replacement.furnish(project, order, marker, actions);
          return null;
        };
    Callable<Void> issuing =
        () -> {
          token.set(pushToken(project.id(), aboutToken));
          return null;
        };
    boolean done = false;
    try {
      Together.all("furnish and push token of " + project.id(), List.of(furnishing, issuing));
      done = true;
    } finally {
      if (!done) {
        tokens.retire(project.id());
      }
    }
    actions.addAll(aboutToken);
    return Objects.requireNonNull(token.get());
  }

  private MirrorOrder withSubmodules(MirrorOrder order, SourceCopy copy, GitLabProject project) {
    String url = project.httpUrlToRepo();
    List<Variable> variables = new ArrayList<>(order.extras().variables());
    variables.addAll(
        copy.variables(url == null ? gitlab.gitUrl(project.pathWithNamespace()) : url));
    return order.with(variables);
  }

  /** Before the branch, whose jobs look for them. */
  private void pushTags(SourceCopy copy, MasterPush.Target target, List<String> actions)
      throws Exception {
    Map<String, ObjectId> tags = copy.tags();
    if (!tags.isEmpty()) {
      push.pushTags(copy.fetched().repository(), tags, target);
      actions.add("pushed the %d nearest tags".formatted(tags.size()));
    }
    for (var submodules : copy.submoduleTags().entrySet()) {
      push.pushTags(submodules.getKey(), submodules.getValue(), target);
    }
  }

  /** A token of that project alone: a pipeline runs with the rights of who pushed. */
  private GitLabToken pushToken(long project, List<String> actions) throws GitLabFailure {
    try {
      return tokens.issue(project).secret();
    } catch (GitLabFailure e) {
      // Only where GitLab has no such tokens: with the worker's own a pipeline may do what it may.
      if (!NO_SUCH_TOKENS.contains(e.status())) {
        throw e;
      }
      actions.add(
          "pushes with this worker's own token, for GitLab made none of the project alone: "
              + e.getMessage());
      return gitlab.token();
    }
  }

  /** A direct request has no fence of its own: the project keeps the one that it had. */
  private static ProjectMarker marker(
      MirrorOrder order, @Nullable Found found, String commit, long floor) {
    var owner = order.owner();
    long before = found == null || found.marker() == null ? 0 : found.marker().fence();
    return new ProjectMarker(owner.build(), Math.max(before, owner.fence()), commit, floor);
  }

  private static MirrorAnswer completed(
      MirrorAnswer answer, List<String> actions, long millis, @Nullable String ref) {
    return new MirrorAnswer(
        answer.projectId(),
        answer.path(),
        answer.commit(),
        answer.pipelineId(),
        answer.pipelineFloor(),
        List.copyOf(actions),
        millis,
        ref);
  }

  /** What a request that took too long is told. */
  static Problem tookTooLong(MirrorOrder order, long seconds) {
    return Problem.badGateway(
        "mirror-timeout",
        "Mirroring %s took longer than %d s and was given up."
            .formatted(order.from().url(), seconds));
  }
}
