package org.newci.deploy;

import static io.javalin.http.HandlerType.GET;
import static io.javalin.http.HandlerType.POST;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.newci.auth.Audience;
import org.newci.auth.Scope;
import org.newci.deploy.blob.BlobSource;
import org.newci.deploy.publish.DeployRoutes;
import org.newci.deploy.publish.Environments;
import org.newci.deploy.ssh.OwnNames;
import org.newci.deploy.ssh.SshIdentity;
import org.newci.deploy.ssh.SshTarget;
import org.newci.shell.config.ComponentHome;
import org.newci.shell.config.Settings;
import org.newci.shell.edge.BearerGate;
import org.newci.shell.edge.Edge;
import org.newci.shell.edge.EdgeConfig;
import org.newci.shell.edge.EdgeSpec;
import org.newci.shell.peer.Peer;
import org.newci.shell.peer.TokenFile;
import org.newci.shell.peer.TrustedCa;

/** The running deploy worker. */
public final class DeployWorkerService implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofMinutes(15);

  private final Edge edge;
  private final Environments environments;
  private final WorkerId id;

  private DeployWorkerService(Edge edge, Environments environments, WorkerId id) {
    this.edge = edge;
    this.environments = environments;
    this.id = id;
  }

  /**
   * Starts it: {@code NEWCI_HOME}, {@code NEWCI_LISTEN}, {@code NEWCI_TLS}, {@code
   * NEWCI_BLOBS_URL}, {@code NEWCI_TARGET} ({@code ssh://user@host:port/folder}), {@code
   * NEWCI_SITE_URL}: the environment {@code test}; {@code NEWCI_ENVIRONMENTS} (a file with further
   * ones) and {@code NEWCI_DEPLOY_LIMIT} (the longest that one deployment may take). No environment
   * is asked until its first deployment.
   *
   * @throws IllegalArgumentException with a sentence, when a setting is wrong
   */
  public static DeployWorkerService start(Map<String, String> env) {
    Settings settings = new Settings(env);
    ComponentHome home = ComponentHome.from(settings);
    URI blobs = settings.url("NEWCI_BLOBS_URL");
    String file = settings.textIfSet("NEWCI_ENVIRONMENTS");
    String target = settings.textIfSet("NEWCI_TARGET");
    URI site = target != null || file == null ? settings.url("NEWCI_SITE_URL") : null;
    Duration limit = settings.duration("NEWCI_DEPLOY_LIMIT", LIMIT);
    settings.check();
    EdgeConfig config = EdgeConfig.from(settings, home);
    Clock clock = Clock.systemUTC();
    // Without a CA of our own the store has a certificate that everybody believes, or none.
    TrustedCa ca = Files.exists(home.ca()) ? TrustedCa.of(home.ca()) : null;
    Peer store = new Peer("artifact store", blobs, new TokenFile(home.token()), ca);
    WorkerId id = WorkerId.take(home.data());
    Environments environments =
        new Environments(new BlobSource(store, limit), new OwnNames(id.value()), limit, clock);
    try {
      if (site != null) {
        SshTarget to = SshTarget.parse(target == null ? "" : target);
        environments.add(Environments.USUAL, to, usualIdentity(home), site);
      }
      if (file != null) {
        environments.addAll(Path.of(file), home.secrets());
      }
      DeployRoutes routes = new DeployRoutes(environments);
      EdgeSpec spec =
          new EdgeSpec()
              .gate(BearerGate.of(Audience.DEPLOY_WORKER, home, clock))
              .route(POST, "/deploy", Scope.DEPLOY_POST, routes::post)
              .route(POST, "/redeploy", Scope.REDEPLOY_POST, routes::redeploy)
              .route(GET, "/deployments", Scope.DEPLOYMENTS_GET, routes::deployments);
      return new DeployWorkerService(Edge.start(config, spec), environments, id);
    } catch (RuntimeException e) {
      environments.close();
      id.close();
      throw e;
    }
  }

  private static SshIdentity usualIdentity(ComponentHome home) {
    return SshIdentity.of(
        home.secrets().resolve("deploy.key"), home.secrets().resolve("known_hosts"));
  }

  /** Where it is served. */
  public URI url() {
    return edge.url();
  }

  @Override
  public void close() {
    edge.close();
    environments.close();
    id.close();
  }
}
