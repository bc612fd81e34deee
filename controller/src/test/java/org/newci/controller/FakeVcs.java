package org.newci.controller;

import static io.javalin.http.HandlerType.GET;
import static io.javalin.http.HandlerType.POST;

import io.javalin.http.Context;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.newci.contracts.vcs.CollectAnswer;
import org.newci.contracts.vcs.CollectRequest;
import org.newci.contracts.vcs.MirrorAnswer;
import org.newci.contracts.vcs.MirrorRequest;
import org.newci.contracts.vcs.PipelineCandidates;
import org.newci.contracts.vcs.PipelineView;
import org.newci.contracts.vcs.RefsAnswer;
import org.newci.contracts.vcs.RefsRequest;
import org.newci.shell.edge.Edge;
import org.newci.shell.edge.EdgeConfig;
import org.newci.shell.edge.EdgeSpec;
import org.newci.shell.problem.Problem;
import org.newci.shell.problem.ProblemPages;

/** A VCS worker whose GitLab does what the test says. */
public final class FakeVcs implements AutoCloseable {

  /** One pipeline: the test sets how it stands. */
  public static final class Pipeline {
    public final long id;
    public final long project;
    public final String commit;
    public final AtomicInteger looks = new AtomicInteger();
    public volatile String status;
    public volatile String yamlErrors;
    public volatile List<PipelineView.Job> jobs = List.of();

    Pipeline(long id, long project, String commit, String status) {
      this.id = id;
      this.project = project;
      this.commit = commit;
      this.status = status;
    }

    /** Its one job stands like that, and the pipeline with it. */
    public void job(String now, Integer exitCode, String reason) {
      boolean began = !now.equals("pending") && !now.equals("created");
      jobs =
          List.of(
              new PipelineView.Job(
                  id * 10,
                  "build",
                  "test",
                  now,
                  exitCode,
                  reason,
                  false,
                  began ? "2026-01-01T00:00:00.000Z" : null));
      status = now;
    }
  }

  public final List<MirrorRequest> mirrors = new CopyOnWriteArrayList<>();
  public final List<CollectRequest> collects = new CopyOnWriteArrayList<>();

  /** What was stored by each grant. */
  public final Map<String, String> uploads = new ConcurrentHashMap<>();

  public final List<Pipeline> pipelines = new CopyOnWriteArrayList<>();
  public final List<Long> cancelled = new CopyOnWriteArrayList<>();
  public final Map<Long, byte[]> logs = new ConcurrentHashMap<>();

  /** What a new pipeline's job is; null starts no pipeline. */
  public volatile String begins = "success";

  /** Repositories with this in their URL are never answered until {@link #release}. */
  public volatile String hangs = "\0";

  /** Full name of the ref that every mirror finds. */
  public volatile String resolvesTo;

  /** When set, every mirror is refused with that sentence. */
  public volatile String refuses;

  /** When set, collecting is refused with that sentence. */
  public volatile String collectRefuses;

  /** When set, what collecting stores has this digest, whatever it answers. */
  public volatile String collectStores;

  /** When set, collecting waits for {@link #release}. */
  public volatile boolean collectHangs;

  /** What GitLab makes of a cancelled pipeline; null ignores it. */
  public volatile String cancelMakes = "canceled";

  /** Where the refs of repositories stand, by URL. */
  public final Map<String, Map<String, String>> refs = new ConcurrentHashMap<>();

  public final List<RefsRequest> refsAsked = new CopyOnWriteArrayList<>();

  private final Map<String, MirrorAnswer> answered = new ConcurrentHashMap<>();
  private final Map<String, Long> projects = new ConcurrentHashMap<>();
  private final AtomicLong ids = new AtomicLong(100);
  private final CountDownLatch released = new CountDownLatch(1);
  private final Edge edge;

  public FakeVcs() {
    edge =
        Edge.start(
            EdgeConfig.plainLoopback(),
            new EdgeSpec()
                .open(POST, "/repo", this::repo)
                .open(POST, "/refs", this::refs)
                .open(GET, "/projects/{project}/pipelines", this::candidates)
                .open(GET, "/projects/{project}/pipelines/{pipeline}", this::pipeline)
                .open(POST, "/projects/{project}/pipelines/{pipeline}/cancel", this::cancel)
                .open(GET, "/projects/{project}/jobs/{job}/log", this::log)
                .open(POST, "/collect", this::collect));
  }

  public URI url() {
    return edge.url();
  }

  /** Lets everything that hangs go on. */
  public void release() {
    released.countDown();
  }

  /** The pipeline of that build's push. */
  public Optional<Pipeline> of(String build) {
    return Optional.ofNullable(answered.get(build))
        .flatMap(
            answer ->
                pipelines.stream()
                    .filter(p -> p.project == answer.projectId() && p.id > answer.pipelineFloor())
                    .findFirst());
  }

  private void refs(Context ctx) {
    RefsRequest request = ProblemPages.body(ctx, RefsRequest.class, false);
    refsAsked.add(request);
    Map<String, String> known = refs.get(request.git());
    if (known == null) {
      throw Problem.unprocessable("repository-not-found", "There is no repository.");
    }
    ctx.json(new RefsAnswer(known));
  }

  private void repo(Context ctx) throws InterruptedException {
    MirrorRequest request = ProblemPages.body(ctx, MirrorRequest.class, false);
    mirrors.add(request);
    if (request.git().contains(hangs)) {
      released.await(60, TimeUnit.SECONDS);
    }
    if (refuses != null) {
      throw Problem.unprocessable("source-missing", refuses);
    }
    ctx.json(answered.computeIfAbsent(request.build(), build -> mirror(request)));
  }

  private MirrorAnswer mirror(MirrorRequest request) {
    long project = projects.computeIfAbsent(request.name(), name -> ids.incrementAndGet());
    String commit =
        request.commit() != null
            ? request.commit()
            : "%040x".formatted(Math.abs((long) (request.git() + request.ref()).hashCode()));
    long floor = ids.incrementAndGet();
    if (begins != null) {
      Pipeline pipeline = new Pipeline(ids.incrementAndGet(), project, commit, begins);
      pipeline.job(begins, null, null);
      logs.putIfAbsent(pipeline.id * 10, "hello\n".getBytes(StandardCharsets.UTF_8));
      pipelines.add(pipeline);
    }
    return new MirrorAnswer(
        project, "ci/" + request.name(), commit, null, floor, List.of("pushed"), 1, resolvesTo);
  }

  private void candidates(Context ctx) {
    long project = number(ctx, "project");
    long after = Long.parseLong(ctx.queryParam("after"));
    ctx.json(
        new PipelineCandidates(
            pipelines.stream()
                .filter(p -> p.project == project && p.id > after)
                .filter(p -> p.commit.equals(ctx.queryParam("commit")))
                .map(p -> new PipelineCandidates.Candidate(p.id, p.status, null))
                .toList()));
  }

  private void pipeline(Context ctx) {
    Pipeline p = find(ctx);
    p.looks.incrementAndGet();
    List<PipelineView.Job> jobs = new ArrayList<>(p.jobs);
    ctx.json(new PipelineView(p.id, p.status, "https://gitlab/p/" + p.id, p.yamlErrors, jobs));
  }

  private void cancel(Context ctx) {
    Pipeline p = find(ctx);
    cancelled.add(p.id);
    if (cancelMakes != null) {
      p.job(cancelMakes, null, null);
    }
    ctx.json(Map.of("id", p.id, "status", p.status));
  }

  private void log(Context ctx) {
    byte[] log = logs.getOrDefault(number(ctx, "job"), new byte[0]);
    int from = Math.min(log.length, Integer.parseInt(ctx.queryParam("offset")));
    ctx.result(Arrays.copyOfRange(log, from, log.length));
  }

  private void collect(Context ctx) throws InterruptedException {
    CollectRequest request = ProblemPages.body(ctx, CollectRequest.class, false);
    collects.add(request);
    if (collectHangs) {
      released.await(60, TimeUnit.SECONDS);
    }
    if (collectRefuses != null) {
      throw Problem.unprocessable("artifact-missing", collectRefuses);
    }
    long others =
        collects.stream()
            .filter(one -> request.build().equals(one.build()))
            .map(CollectRequest::artifact)
            .distinct()
            .takeWhile(artifact -> !artifact.equals(request.artifact()))
            .count();
    String digest = "%064x".formatted(request.pipelineId() + (others << 32));
    uploads.put(request.grant(), collectStores == null ? digest : collectStores);
    ctx.json(new CollectAnswer(request.build() + ".bin", digest, 6, "build", request.artifact()));
  }

  private Pipeline find(Context ctx) {
    long id = number(ctx, "pipeline");
    return pipelines.stream()
        .filter(p -> p.id == id)
        .findFirst()
        .orElseThrow(() -> Problem.notFound("There is no pipeline %d.".formatted(id)));
  }

  private static long number(Context ctx, String name) {
    return Long.parseLong(ctx.pathParam(name));
  }

  @Override
  public void close() {
    release();
    edge.close();
  }
}
