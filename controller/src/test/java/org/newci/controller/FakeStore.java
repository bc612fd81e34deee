package org.newci.controller;

import static io.javalin.http.HandlerType.GET;
import static io.javalin.http.HandlerType.POST;
import static io.javalin.http.HandlerType.PUT;

import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.newci.contracts.store.GrantAnswer;
import org.newci.contracts.store.GrantRequest;
import org.newci.contracts.store.LogAnswer;
import org.newci.contracts.store.Provenance;
import org.newci.contracts.store.ProvenanceAnswer;
import org.newci.contracts.store.RetentionReport;
import org.newci.contracts.store.RetentionRequest;
import org.newci.shell.edge.Edge;
import org.newci.shell.edge.EdgeConfig;
import org.newci.shell.edge.EdgeSpec;
import org.newci.shell.problem.Problem;
import org.newci.shell.problem.ProblemPages;

/** A store that keeps logs in memory. */
public final class FakeStore implements AutoCloseable {

  public final Map<String, Provenance> provenance = new ConcurrentHashMap<>();
  public final List<RetentionRequest> retentions = new CopyOnWriteArrayList<>();
  public final List<GrantRequest> granted = new CopyOnWriteArrayList<>();

  /** Secrets of grants that were sealed. */
  public final List<String> sealed = new CopyOnWriteArrayList<>();

  /** What was put by each grant: its digest. */
  public volatile Map<String, String> uploads = Map.of();

  private final Map<String, GrantRequest> grants = new ConcurrentHashMap<>();
  private final AtomicInteger ids = new AtomicInteger();
  private final Map<String, ByteArrayOutputStream> logs = new ConcurrentHashMap<>();
  private final Edge edge;

  public FakeStore() {
    edge =
        Edge.start(
            EdgeConfig.plainLoopback(),
            new EdgeSpec()
                .open(
                    PUT,
                    "/logs/{build}",
                    ctx -> {
                      String build = ctx.pathParam("build");
                      var log = logs.computeIfAbsent(build, b -> new ByteArrayOutputStream());
                      int offset = Integer.parseInt(ctx.queryParam("offset"));
                      byte[] bytes = ctx.req().getInputStream().readAllBytes();
                      if (offset > log.size()) {
                        throw Problem.conflict("The log has %d bytes.".formatted(log.size()));
                      }
                      int known = Math.min(bytes.length, log.size() - offset);
                      log.write(bytes, known, bytes.length - known);
                      ctx.json(new LogAnswer(build, log.size()));
                    })
                .open(
                    PUT,
                    "/blobs/{name}/provenance",
                    ctx -> {
                      provenance.put(
                          ctx.pathParam("name"), ProblemPages.body(ctx, Provenance.class, false));
                      ctx.json(new ProvenanceAnswer(ctx.pathParam("name"), List.of()));
                    })
                .open(POST, "/grants", this::grant)
                .open(POST, "/grants/{id}/seal", this::seal)
                .open(
                    POST,
                    "/retention",
                    ctx -> {
                      RetentionRequest asked =
                          ProblemPages.body(ctx, RetentionRequest.class, false);
                      retentions.add(asked);
                      ctx.json(
                          new RetentionReport(
                              asked.dryRun(), Instant.EPOCH, 0, 0, 0, 0, 0, List.of()));
                    })
                .open(
                    GET,
                    "/logs/{build}",
                    ctx -> {
                      var log = logs.get(ctx.pathParam("build"));
                      if (log == null) {
                        throw Problem.notFound("There is no such log.");
                      }
                      byte[] all = log.toByteArray();
                      int from = Integer.parseInt(ctx.queryParam("offset"));
                      ctx.result(Arrays.copyOfRange(all, Math.min(from, all.length), all.length));
                    }));
  }

  private void grant(Context ctx) {
    GrantRequest asked = ProblemPages.body(ctx, GrantRequest.class, false);
    granted.add(asked);
    String id = asked.id() == null ? Integer.toString(ids.incrementAndGet()) : asked.id();
    grants.putIfAbsent(id, asked);
    ctx.json(answer(id, asked));
  }

  /** What a job does with its token; false when it is too late. */
  public boolean upload(String token, String sha256) {
    return !sealed.contains(token) && uploads.putIfAbsent(token, sha256) == null;
  }

  private GrantAnswer answer(String id, GrantRequest asked) {
    String secret = "secret-" + id;
    boolean closed = sealed.contains(secret);
    String sha256 = uploads.get(secret);
    return new GrantAnswer(
        id,
        closed ? null : secret,
        asked.name(),
        asked.build(),
        closed ? "sealed" : "open",
        Instant.EPOCH,
        sha256,
        sha256 == null ? null : 9L);
  }

  private void seal(Context ctx) {
    String id = ctx.pathParam("id");
    GrantRequest asked = grants.get(id);
    if (asked == null) {
      throw Problem.notFound("There is no grant '%s'.".formatted(id));
    }
    sealed.add("secret-" + id);
    ctx.json(answer(id, asked));
  }

  public URI url() {
    return edge.url();
  }

  /** What is kept of that build's log. */
  public String log(String build) {
    var log = logs.get(build);
    return log == null ? "" : log.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    edge.close();
  }
}
