package org.newci.controller.effect;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.newci.contracts.deploy.DeployAnswer;
import org.newci.contracts.deploy.DeployRequest;
import org.newci.contracts.deploy.DeploymentsAnswer;
import org.newci.contracts.deploy.RedeployRequest;
import org.newci.shell.peer.Peer;
import org.newci.shell.peer.PeerFailure;
import org.newci.shell.problem.Problem;

/** The deploy worker; to what people ask by hand its refusals are theirs to read. */
public final class Deployer implements Outside.Deploys {

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

  /** What is served there. */
  public DeploymentsAnswer deployments(String environment) {
    String query = URLEncoder.encode(environment, StandardCharsets.UTF_8);
    return ask(() -> peer.get("/deployments?environment=" + query, DeploymentsAnswer.class, LOOK));
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
      throw new Problem(e.status(), e.kind(), String.valueOf(e.getMessage()));
    } catch (PeerFailure e) {
      throw Problem.badGateway("peer-unreachable", String.valueOf(e.getMessage()));
    }
  }
}
