package org.newci.vcs.pipeline;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.newci.auth.Scope;
import org.newci.contracts.vcs.PipelineCandidates;
import org.newci.contracts.vcs.PipelineView;
import org.newci.contracts.vcs.TestCounts;
import org.newci.shell.edge.EdgeSpec;
import org.newci.shell.json.Json;
import org.newci.shell.problem.Problem;
import org.newci.vcs.gitlab.GitLab;
import org.newci.vcs.gitlab.GitLabFailure;
import org.newci.vcs.gitlab.GitLabJob;
import org.newci.vcs.gitlab.GitLabPipeline;
import org.newci.vcs.gitlab.GitLabTestReport;
import org.newci.vcs.gitlab.PushTokens;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads pipelines and cancels them. Each request asks GitLab anew: nothing is kept here. */
public final class PipelineRoutes {

  private static final String BRANCH = "master";
  private static final int MOST_FAILING = 50;
  private static final int LONGEST_NAME = 300;
  private static final Logger LOG = LoggerFactory.getLogger(PipelineRoutes.class);

  private final GitLab gitlab;
  private final PushTokens tokens;
  private final ExitCodes exitCodes;

  public PipelineRoutes(GitLab gitlab, PushTokens tokens) {
    this.gitlab = gitlab;
    this.tokens = tokens;
    this.exitCodes = new ExitCodes(gitlab);
  }

  /** Adds the routes. */
  public void addTo(EdgeSpec spec) {
    spec.route(
        HandlerType.GET, "/projects/{project}/pipelines", Scope.PIPELINE_GET, this::candidates);
    spec.route(
        HandlerType.GET,
        "/projects/{project}/pipelines/{pipeline}",
        Scope.PIPELINE_GET,
        this::pipeline);
    spec.route(
        HandlerType.POST,
        "/projects/{project}/pipelines/{pipeline}/cancel",
        Scope.PIPELINE_CANCEL,
        this::cancel);
  }

  private void candidates(Context ctx) {
    long project = PathNumbers.path(ctx, "project");
    long after = PathNumbers.query(ctx, "after");
    String commit = ctx.queryParam("commit");
    if (commit == null || !commit.matches("[0-9a-f]{40}")) {
      throw Problem.badRequest("The commit is '%s' (expected 40 hex digits).".formatted(commit));
    }
    try {
      answer(
          ctx,
          new PipelineCandidates(
              gitlab.pipelinesOf(project, commit, BRANCH).stream()
                  .filter(pipeline -> pipeline.id() > after)
                  .sorted(Comparator.comparingLong(GitLabPipeline::id))
                  .map(p -> new PipelineCandidates.Candidate(p.id(), p.status(), p.webUrl()))
                  .toList()));
    } catch (GitLabFailure e) {
      throw e.problem();
    }
  }

  private void pipeline(Context ctx) {
    long project = PathNumbers.path(ctx, "project");
    long pipeline = PathNumbers.path(ctx, "pipeline");
    try {
      answer(ctx, view(project, pipeline));
    } catch (GitLabFailure e) {
      throw e.problem();
    }
  }

  private void cancel(Context ctx) {
    long project = PathNumbers.path(ctx, "project");
    long pipeline = PathNumbers.path(ctx, "pipeline");
    try {
      gitlab.cancel(project, pipeline);
      answer(ctx, view(project, pipeline));
    } catch (GitLabFailure e) {
      throw e.problem();
    }
  }

  /**
   * The status is read before the jobs: when it says that the pipeline has ended, the jobs are as
   * they stay.
   */
  private PipelineView view(long project, long id) throws GitLabFailure {
    GitLabPipeline pipeline = gitlab.pipeline(project, id);
    if (pipeline.hasEnded()) {
      Thread.ofVirtual().name("retire token").start(() -> tokens.retire(project));
    }
    List<GitLabJob> jobs = newest(gitlab.jobs(project, id));
    return new PipelineView(
        pipeline.id(),
        pipeline.status(),
        pipeline.webUrl(),
        pipeline.yamlErrors(),
        jobs.stream().map(job -> job(project, job)).toList(),
        pipeline.hasEnded() && jobs.stream().anyMatch(GitLabJob::hasTestReport)
            ? tests(project, id)
            : null);
  }

  /** A report that cannot be read must not keep its build from ending. */
  private @Nullable TestCounts tests(long project, long id) {
    try {
      GitLabTestReport report = gitlab.testReport(project, id);
      return new TestCounts(
          report.totalCount(),
          report.successCount(),
          report.failedCount() + report.errorCount(),
          report.skippedCount(),
          report.failing().limit(MOST_FAILING).map(PipelineRoutes::shortened).toList());
    } catch (GitLabFailure e) {
      LOG.warn("the test report of pipeline {} is left out: {}", id, e.getMessage());
      return null;
    }
  }

  private static String shortened(String name) {
    return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME) + "…";
  }

  private PipelineView.Job job(long project, GitLabJob job) {
    return new PipelineView.Job(
        job.id(),
        job.name(),
        job.stage(),
        job.status(),
        exitCodes.of(project, job),
        job.failureReason(),
        job.allowFailure(),
        job.startedAt());
  }

  /** The newest run of each job, in order of id. */
  static List<GitLabJob> newest(List<GitLabJob> jobs) {
    Map<String, GitLabJob> byName = new LinkedHashMap<>();
    for (GitLabJob job : jobs) {
      byName.merge(job.name(), job, (a, b) -> a.id() > b.id() ? a : b);
    }
    return byName.values().stream().sorted(Comparator.comparingLong(GitLabJob::id)).toList();
  }

  private static void answer(Context ctx, Object body) {
    ctx.contentType("application/json").result(Json.write(body));
  }
}
