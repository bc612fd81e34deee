package org.newci.controller.watch;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.newci.contracts.vcs.RefsAnswer;
import org.newci.contracts.vcs.RefsRequest;
import org.newci.controller.build.Build;
import org.newci.controller.build.BuildLedger;
import org.newci.controller.build.Found;
import org.newci.controller.build.Order;
import org.newci.controller.build.Outcome;
import org.newci.controller.build.Priority;
import org.newci.controller.registry.Asked;
import org.newci.controller.registry.ProjectName;
import org.newci.controller.registry.ProjectRule;
import org.newci.controller.registry.RepoUrl;
import org.newci.controller.registry.Verdict;
import org.newci.controller.submit.Intake;
import org.newci.shell.peer.Peer;
import org.newci.shell.peer.PeerFailure;
import org.newci.shell.problem.Problem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One look at a watched repository: one question to its server, and a build for each watched ref
 * that has moved. The build is added first, under a key that a repetition has too, and only then
 * the ref counts as seen: a crash between the two loses and doubles nothing.
 */
public final class Look {

  /** Who submits watched builds. */
  public static final String SUBMITTER = "push";

  /**
   * How a look went.
   *
   * @param pause until the next, when all is well
   */
  record Result(boolean well, Duration pause) {}

  /** The registry, as far as a look asks it. */
  public interface Rules {
    Optional<ProjectRule> ruleOf(String url);

    Verdict decideWatched(Asked asked);
  }

  private static final Duration DEADLINE = Duration.ofSeconds(30);
  private static final Duration SOON = Duration.ofSeconds(2);
  private static final Duration NEVER = Duration.ofHours(1);

  /** Builds that one look starts; the rest is for the next. */
  private static final int MOST_BUILDS = 20;

  private static final Logger LOG = LoggerFactory.getLogger(Look.class);

  private final Rules rules;
  private final Peer vcs;
  private final WatchedRefs seen;
  private final Intake intake;
  private final Clock clock;

  public Look(Rules rules, Peer vcs, WatchedRefs seen, Intake intake, Clock clock) {
    this.rules = rules;
    this.vcs = vcs;
    this.seen = seen;
    this.intake = intake;
    this.clock = clock;
  }

  /** Looks at that repository. */
  Result at(String url) {
    ProjectRule rule = rules.ruleOf(url).orElse(null);
    ProjectRule.Watch watch = rule == null ? null : rule.watch();
    if (rule == null || watch == null) {
      return new Result(true, NEVER);
    }
    Duration every = Duration.ofSeconds(watch.everyS());
    Map<String, String> refs;
    try {
      RefsRequest request =
          new RefsRequest(url, rule.source().credential(), rule.source().loopback());
      refs = vcs.post("/refs", request, RefsAnswer.class, DEADLINE).refs();
    } catch (PeerFailure e) {
      LOG.info("the refs of {} cannot be watched now: {}", url, e.getMessage());
      return new Result(false, every);
    }
    RepoUrl repo = RepoUrl.parse(url);
    int begun = 0;
    boolean all = true;
    for (Map.Entry<String, String> ref : new TreeMap<>(refs).entrySet()) {
      if (!watch.wants(ref.getKey()) || !ref.getValue().matches("[0-9a-f]{40}")) {
        continue;
      }
      Optional<WatchedRefs.Seen> last = seen.last(repo.identity(), ref.getKey());
      if (last.map(s -> s.commit().equals(ref.getValue())).orElse(false)) {
        continue;
      }
      long count = last.map(WatchedRefs.Seen::count).orElse(0L) + 1;
      WatchedRefs.Seen now = new WatchedRefs.Seen(ref.getValue(), count);
      boolean known = begun < MOST_BUILDS && build(repo, watch, ref.getKey(), now);
      begun++;
      if (known) {
        seen.saw(repo.identity(), ref.getKey(), now);
      }
      all &= known;
    }
    return new Result(true, all ? every : SOON);
  }

  /** Has that commit built unless it is; false if that is for the next look. */
  private boolean build(
      RepoUrl repo, ProjectRule.Watch watch, String fullRef, WatchedRefs.Seen now) {
    String ref = fullRef.replaceFirst("^refs/heads/(?!refs/)", "");
    Asked asked = new Asked(repo, ref, watch.artifact(), watch.publishedName());
    Optional<Build> newest =
        seen.newestBuilds(repo.text(), ref).stream()
            .filter(build -> doesTheSame(build, asked))
            .findFirst();
    if (newest.isPresent()) {
      String commit = commit(newest.get());
      if (commit == null) {
        return false;
      }
      if (commit.equals(now.commit())) {
        return true;
      }
    }
    try {
      return switch (rules.decideWatched(asked)) {
        case Verdict.Allowed allowed -> add(asked, allowed, fullRef, now);
        case Verdict.Refused refused -> {
          LOG.warn("a push to {} of {} starts no build: {}", ref, repo.text(), refused.sentence());
          yield true;
        }
      };
    } catch (Problem e) {
      LOG.warn("a push to {} of {} starts no build: {}", ref, repo.text(), e.detail());
      return true;
    }
  }

  /**
   * True for a build after which the watched one would be a repetition: not one that deploys less,
   * that somebody ended, or that ended before its ref was resolved.
   */
  private static boolean doesTheSame(Build build, Asked asked) {
    Order order = build.order();
    return Objects.equals(order.artifact(), asked.artifact())
        && Objects.equals(order.publishedName(), asked.publishedName())
        && order.also().equals(asked.also())
        && build.outcome() != Outcome.CANCELLED
        && (build.outcome() == null || commit(build) != null);
  }

  private static @Nullable String commit(Build build) {
    Found.Source source = build.found().source();
    return source == null ? build.order().commit() : source.commit();
  }

  private boolean add(Asked asked, Verdict.Allowed allowed, String ref, WatchedRefs.Seen now) {
    String url = asked.repo().text();
    Order order =
        new Order(
            url,
            asked.ref(),
            asked.artifact(),
            asked.publishedName(),
            allowed.project(),
            SUBMITTER,
            now.commit(),
            null,
            clock.instant(),
            allowed.grant(),
            asked.also(),
            Priority.NORMAL);
    String key =
        ProjectName.sha256(
            "%s\n%s\n%d\n%s".formatted(asked.repo().identity(), ref, now.count(), now.commit()));
    BuildLedger.Added added = intake.add(order, new BuildLedger.OnceKey(SUBMITTER, key, key));
    if (added instanceof BuildLedger.Fresh fresh) {
      LOG.info("a push to {} of {} starts build {}", asked.ref(), url, fresh.build().id());
    }
    if (added instanceof BuildLedger.ProjectTaken) {
      LOG.warn(
          "a push to {} of {} starts no build: {}",
          asked.ref(),
          url,
          Intake.projectTaken(order).detail());
    }
    return !(added instanceof BuildLedger.QueueFull);
  }
}
