package org.newci.controller.effect;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.newci.contracts.deploy.DeployAnswer;
import org.newci.contracts.deploy.DeployRequest;
import org.newci.contracts.deploy.DeploymentsAnswer;
import org.newci.contracts.deploy.RedeployRequest;
import org.newci.shell.peer.Peer;
import org.newci.shell.peer.PeerFailure;
import org.newci.shell.problem.Problem;

/** The deploy worker; to what people ask by hand its refusals are theirs to read. */
public final class Deployer implements Outside.Deploys {

  private static final int MOST_PAGES = 1_000;
  private static final Duration LOOK = Duration.ofSeconds(30);
  private static final Duration REDEPLOY = Duration.ofMinutes(10);

  private final Peer peer;

  public Deployer(Peer peer) {
    this.peer = peer;
  }

  @Override
  public DeployAnswer deploy(DeployRequest request, Duration deadline) throws PeerFailure {
    return peer.post("/deploy", request, DeployAnswer.class, deadline);
  }

  /** All that is served there; of the first environment that the deploy worker has, when null. */
  public DeploymentsAnswer deployments(@Nullable String environment) {
    List<DeploymentsAnswer.Deployment> all = new ArrayList<>();
    String after = null;
    for (int page = 0; page < MOST_PAGES; page++) {
      DeploymentsAnswer answer = page(environment, after == null ? "" : "after=" + after);
      all.addAll(answer.deployments());
      after = answer.next();
      if (after == null) {
        return new DeploymentsAnswer(answer.environment(), answer.environments(), all, null);
      }
    }
    throw Problem.badGateway(
        "peer-refused", "The deploy worker lists more than %d pages.".formatted(MOST_PAGES));
  }

  /** What is served there under that name. */
  public Optional<DeploymentsAnswer.Deployment> deployment(String environment, String name) {
    return page(environment, "published_name=" + encoded(name)).deployments().stream()
        .filter(one -> one.publishedName().equals(name))
        .findFirst();
  }

  private DeploymentsAnswer page(@Nullable String environment, String more) {
    String query =
        Stream.of(environment == null ? "" : "environment=" + encoded(environment), more)
            .filter(part -> !part.isEmpty())
            .collect(Collectors.joining("&"));
    return ask(() -> peer.get("/deployments?" + query, DeploymentsAnswer.class, LOOK));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** Serves former bytes again. */
  public DeployAnswer redeploy(RedeployRequest request) {
    return ask(() -> peer.post("/redeploy", request, DeployAnswer.class, REDEPLOY));
  }

  /** A call to a peer. */
  interface Call<T> {
    T answer() throws PeerFailure;
  }

  static <T> T ask(Call<T> call) {
    try {
      return call.answer();
    } catch (PeerFailure.Refused e) {
      if (e.status() == 401 || e.status() == 403) {
        // About the controller's own token: the person who asks has a good one.
        throw Problem.badGateway(
            "peer-refused", "The controller's own token was refused: %s".formatted(e.getMessage()));
      }
      throw new Problem(e.status(), e.kind(), String.valueOf(e.getMessage()));
    } catch (PeerFailure e) {
      throw Problem.badGateway("peer-unreachable", String.valueOf(e.getMessage()));
    }
  }
}
