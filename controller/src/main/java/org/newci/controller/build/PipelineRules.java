package org.newci.controller.build;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.newci.contracts.vcs.PipelineCandidates.Candidate;
import org.newci.contracts.vcs.PipelineView;
import org.newci.contracts.vcs.TestCounts;
import org.newci.controller.build.Found.Idle;
import org.newci.controller.build.Found.Pipeline;
import org.newci.controller.build.Found.Source;

/**
 * What the pipeline's standing means for its build. The status words are GitLab's (docs.gitlab.com,
 * api/pipelines).
 */
final class PipelineRules {

  /** Names of failing tests that a sentence can bear. */
  private static final int NAMED = 5;

  private final Limits limits;

  PipelineRules(Limits limits) {
    this.limits = limits;
  }

  /** Pins the first pipeline of the push. */
  Build listed(Build build, BuildEvent.PipelinesListed event, Instant now) {
    Source source = build.found().source();
    if (source == null || build.found().pipeline() != null) {
      return build;
    }
    var first =
        event.pipelines().stream()
            .filter(pipeline -> pipeline.id() > source.floor())
            .min(Comparator.comparingLong(Candidate::id));
    if (first.isPresent()) {
      Candidate found = first.get();
      return build
          .with(build.found().with(new Pipeline(found.id(), found.status(), found.webUrl(), null)))
          .saying("Pipeline %d has started.".formatted(found.id()));
    }
    if (!over(build.stepStart(), limits.pipelineAppears(), now)) {
      return build;
    }
    return end(
        build,
        Outcome.FAILED,
        "No pipeline was started: the repository has no .gitlab-ci.yml, or none of its jobs is"
            + " for a push to master (nothing came within %s)."
                .formatted(Deadline.inWords(limits.pipelineAppears())),
        now);
  }

  /** Follows the pinned pipeline. */
  Build looked(Build build, BuildEvent.PipelineLooked event, Instant now) {
    Pipeline pinned = build.found().pipeline();
    PipelineView view = event.view();
    if (pinned == null || pinned.id() != view.id()) {
      return build;
    }
    List<String> waiting = waiting(view);
    boolean idle = !waiting.isEmpty() && view.jobs().stream().noneMatch(PipelineRules::runs);
    Idle before = pinned.idle();
    Idle waits =
        idle ? new Idle(before == null ? now : before.since(), String.join(", ", waiting)) : null;
    String url = view.webUrl() != null ? view.webUrl() : pinned.url();
    Build seen =
        build.with(
            build.found().with(new Pipeline(view.id(), view.status(), url, waits, view.tests())));
    return switch (view.status()) {
      case "success" -> green(seen, now);
      case "failed" -> end(seen, Outcome.FAILED, whyFailed(view), now);
      case "canceled" ->
          end(
              seen,
              Outcome.CANCELLED,
              "Pipeline %d was cancelled in GitLab.".formatted(view.id()),
              now);
      case "skipped" ->
          end(
              seen,
              Outcome.FAILED,
              "Pipeline %d was skipped: the commit's message asks for it, or no job had to run."
                  .formatted(view.id()),
              now);
      case "manual" -> end(seen, Outcome.FAILED, waitsForAPerson(view), now);
      default -> timePassed(build.stop() != null ? seen : seen.saying(progress(view)), null, now);
    };
  }

  /** Looks whether a limit is over. */
  Build timePassed(Build build, BuildEvent.@Nullable TimePassed event, Instant now) {
    for (Deadline deadline : Deadline.of(build, limits)) {
      if (deadline.isOver(now)) {
        return deadline.hard()
            ? build.finish(deadline.outcome(), deadline.sentence(), now)
            : build
                .stopping(Stop.now(deadline.outcome(), deadline.sentence(), now))
                .saying(stopping(build.state()) + deadline.sentence());
      }
    }
    return build;
  }

  private static String stopping(BuildState state) {
    return state == BuildState.MIRRORING
        ? "Will end as soon as the copy to GitLab has ended. "
        : "Waiting for GitLab to cancel the pipeline. ";
  }

  /** A build that we stopped ends as we said, whatever GitLab makes of its pipeline. */
  private static Build end(Build build, Outcome outcome, String sentence, Instant now) {
    Stop stop = build.stop();
    return stop == null
        ? build.finish(outcome, sentence, now)
        : build.finish(stop.outcome(), stop.sentence(), now);
  }

  private static Build green(Build build, Instant now) {
    Order order = build.order();
    Pipeline pipeline = build.found().pipeline();
    String passed =
        "Pipeline %d passed%s.".formatted(pipeline == null ? 0 : pipeline.id(), counted(pipeline));
    BuildState next = Goal.PASSED.next(order);
    if (build.stop() != null || next == BuildState.FINISHED) {
      return end(build, Outcome.SUCCEEDED, passed + " Nothing was to be deployed.", now);
    }
    return build.enter(
        next,
        passed,
        "Moving %s from GitLab to the store."
            .formatted(
                order.items().stream().map(Order.Item::artifact).collect(Collectors.joining(", "))),
        now);
  }

  private static String counted(@Nullable Pipeline pipeline) {
    return pipeline == null || pipeline.tests() == null
        ? ""
        : ", %d tests in it".formatted(pipeline.tests().total());
  }

  private static String whyFailed(PipelineView view) {
    if (view.yamlErrors() != null && !view.yamlErrors().isBlank()) {
      return "GitLab refuses the file .gitlab-ci.yml: %s".formatted(view.yamlErrors());
    }
    List<PipelineView.Job> failed =
        view.jobs().stream()
            .filter(job -> job.status().equals("failed") && !job.allowFailure())
            .sorted(Comparator.comparingLong(PipelineView.Job::id))
            .toList();
    if (failed.isEmpty()) {
      return "Pipeline %d failed.".formatted(view.id());
    }
    PipelineView.Job job = failed.getFirst();
    String code = job.exitCode() == null ? "" : " with exit code %d".formatted(job.exitCode());
    String reason = job.failureReason() == null ? "" : " (%s)".formatted(job.failureReason());
    String more =
        failed.size() == 1
            ? ""
            : " Also failed: %s."
                .formatted(
                    String.join(
                        ", ", failed.stream().skip(1).map(PipelineView.Job::name).toList()));
    return "Job %s failed%s%s.%s%s"
        .formatted(job.name(), code, reason, more, failingTests(view.tests()));
  }

  private static String failingTests(@Nullable TestCounts tests) {
    if (tests == null || tests.failed() == 0) {
      return "";
    }
    List<String> names = tests.failing().stream().limit(NAMED).toList();
    String more =
        tests.failed() > names.size()
            ? " and %d more".formatted(tests.failed() - names.size())
            : "";
    return " %d of %d tests failed%s."
        .formatted(
            tests.failed(),
            tests.total(),
            names.isEmpty() ? "" : ": " + String.join(", ", names) + more);
  }

  private static String waitsForAPerson(PipelineView view) {
    List<String> manual =
        view.jobs().stream()
            .filter(job -> job.status().equals("manual"))
            .map(PipelineView.Job::name)
            .toList();
    return "Pipeline %d waits for somebody to start %s by hand; that is not supported here."
        .formatted(view.id(), manual.isEmpty() ? "a job" : "the job " + String.join(", ", manual));
  }

  private static String progress(PipelineView view) {
    List<String> running =
        view.jobs().stream().filter(PipelineRules::runs).map(PipelineView.Job::name).toList();
    List<String> waiting = waiting(view);
    String what =
        !running.isEmpty()
            ? ": running %s".formatted(String.join(", ", running))
            : !waiting.isEmpty()
                ? ": no runner has taken %s yet".formatted(String.join(", ", waiting))
                : "";
    return "Pipeline %d is %s%s.".formatted(view.id(), view.status(), what);
  }

  private static List<String> waiting(PipelineView view) {
    return view.jobs().stream()
        .filter(job -> job.status().equals("pending"))
        .map(PipelineView.Job::name)
        .toList();
  }

  private static boolean runs(PipelineView.Job job) {
    return job.status().equals("running") || job.status().equals("canceling");
  }

  private static boolean over(Instant since, Duration limit, Instant now) {
    return !now.isBefore(since.plus(limit));
  }
}
