package org.newci.controller;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.newci.contracts.deploy.DeployAnswer;
import org.newci.contracts.deploy.DeployRequest;
import org.newci.contracts.deploy.DeploymentsAnswer;
import org.newci.contracts.deploy.RedeployRequest;
import org.newci.shell.edge.Edge;
import org.newci.shell.edge.EdgeConfig;
import org.newci.shell.edge.EdgeSpec;
import org.newci.shell.problem.Problem;
import org.newci.shell.problem.ProblemPages;

/** A deploy worker that remembers what it was asked. */
public final class FakeDeployer implements AutoCloseable {

  public final List<DeployRequest> requests = new CopyOnWriteArrayList<>();
  public final List<RedeployRequest> redeploys = new CopyOnWriteArrayList<>();
  public final Map<String, String> served = new ConcurrentHashMap<>();

  /** When set, nothing is answered until {@link #release}. */
  public volatile boolean hangs;

  /** When set, everything is refused with that sentence. */
  public volatile String refuses;

  /** When set, the controller's token is said to lack a scope. */
  public volatile boolean refusesToken;

  /** The environments that there are. */
  public volatile List<String> known = List.of("test", "staging");

  /** Kind of that refusal. */
  public volatile String refusesAs = "host-key-changed";

  private final CountDownLatch released = new CountDownLatch(1);
  private final Edge edge;

  public FakeDeployer() {
    edge =
        Edge.start(
            EdgeConfig.plainLoopback(),
            new EdgeSpec()
                .open(
                    HandlerType.POST,
                    "/deploy",
                    ctx -> {
                      DeployRequest asked = ProblemPages.body(ctx, DeployRequest.class, false);
                      requests.add(asked);
                      if (hangs) {
                        released.await(60, TimeUnit.SECONDS);
                      }
                      if (refuses != null) {
                        throw Problem.badGateway(refusesAs, refuses);
                      }
                      ctx.json(asked.artifacts() == null ? serve(asked) : serveAll(asked));
                    })
                .open(
                    HandlerType.POST,
                    "/redeploy",
                    ctx -> {
                      RedeployRequest asked = ProblemPages.body(ctx, RedeployRequest.class, false);
                      redeploys.add(asked);
                      if (refuses != null) {
                        throw Problem.conflict(refuses);
                      }
                      ctx.json(
                          DeployAnswer.of(
                              "https://site/" + asked.publishedName(),
                              6,
                              asked.sha256() == null ? "f".repeat(64) : asked.sha256(),
                              true));
                    })
                .open(HandlerType.GET, "/deployments", this::deployments));
  }

  private void deployments(Context ctx) {
    if (refusesToken) {
      throw new Problem(403, "forbidden", "The token lacks the scope deployments:get.");
    }
    String environment =
        Objects.requireNonNullElse(ctx.queryParam("environment"), known.getFirst());
    if (!known.contains(environment)) {
      throw new Problem(404, "environment-unknown", "There is no environment " + environment);
    }
    // A page for each file.
    List<DeploymentsAnswer.Deployment> all =
        requests.stream().flatMap(FakeDeployer::each).map(FakeDeployer::deployment).toList();
    String name = ctx.queryParam("published_name");
    if (name != null) {
      all = all.stream().filter(one -> one.publishedName().equals(name)).toList();
    }
    int from = Integer.parseInt(Objects.requireNonNullElse(ctx.queryParam("after"), "0"));
    ctx.json(
        new DeploymentsAnswer(
            environment,
            known,
            all.subList(Math.min(from, all.size()), Math.min(from + 1, all.size())),
            from + 1 < all.size() ? String.valueOf(from + 1) : null));
  }

  private DeployAnswer serve(DeployRequest asked) {
    return serve(asked.publishedName(), asked.sha256());
  }

  private DeployAnswer serveAll(DeployRequest asked) {
    List<DeployAnswer> each =
        asked.artifacts().stream().map(one -> serve(one.publishedName(), one.sha256())).toList();
    DeployAnswer first = each.getFirst();
    return new DeployAnswer(first.url(), 6L * each.size(), first.sha256(), true, each);
  }

  private DeployAnswer serve(String name, String sha256) {
    String before = served.put(name, sha256);
    return DeployAnswer.of("https://site/" + name, 6, sha256, !sha256.equals(before));
  }

  /** One request for each file. */
  private static Stream<DeployRequest> each(DeployRequest request) {
    return request.artifacts() == null
        ? Stream.of(request)
        : request.artifacts().stream()
            .map(one -> DeployRequest.of(one, request.build(), 1, 1, request.environment()));
  }

  private static DeploymentsAnswer.Deployment deployment(DeployRequest request) {
    return new DeploymentsAnswer.Deployment(
        request.publishedName(),
        "https://site/" + request.publishedName(),
        "published",
        request.sha256(),
        6,
        request.build(),
        Instant.EPOCH,
        null,
        null,
        List.of(),
        List.of(new DeploymentsAnswer.Former("e".repeat(64), 6, null, Instant.EPOCH, null, null)));
  }

  public URI url() {
    return edge.url();
  }

  public void release() {
    released.countDown();
  }

  @Override
  public void close() {
    release();
    edge.close();
  }
}
