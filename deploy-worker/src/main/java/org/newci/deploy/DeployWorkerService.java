package org.newci.deploy;

import io.javalin.http.HandlerType;
import java.net.URI;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.newci.auth.Audience;
import org.newci.auth.Scope;
import org.newci.deploy.blob.BlobSource;
import org.newci.deploy.publish.DeployRoutes;
import org.newci.deploy.publish.Publisher;
import org.newci.deploy.ssh.SshConnections;
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
  private final SshConnections connections;

  private DeployWorkerService(Edge edge, SshConnections connections) {
    this.edge = edge;
    this.connections = connections;
  }

  /**
   * Starts it: {@code NEWCI_HOME}, {@code NEWCI_LISTEN}, {@code NEWCI_TLS}, {@code
   * NEWCI_BLOBS_URL}, {@code NEWCI_TARGET} ({@code ssh://user@host:port/folder}), {@code
   * NEWCI_SITE_URL} and {@code NEWCI_DEPLOY_LIMIT} (the longest that one deployment may take). The
   * environment is not asked until the first deployment.
   *
   * @throws IllegalArgumentException with a sentence, when a setting is wrong
   */
  public static DeployWorkerService start(Map<String, String> env) {
    Settings settings = new Settings(env);
    ComponentHome home = ComponentHome.from(settings);
    URI blobs = settings.url("NEWCI_BLOBS_URL");
    URI site = settings.url("NEWCI_SITE_URL");
    String target = settings.text("NEWCI_TARGET", "");
    Duration limit = settings.duration("NEWCI_DEPLOY_LIMIT", LIMIT);
    settings.check();
    EdgeConfig config = EdgeConfig.from(settings, home);
    Clock clock = Clock.systemUTC();
    // Without a CA of our own the store has a certificate that everybody believes, or none.
    TrustedCa ca = Files.exists(home.ca()) ? TrustedCa.of(home.ca()) : null;
    Peer store = new Peer("artifact store", blobs, new TokenFile(home.token()), ca);
    SshIdentity identity =
        SshIdentity.of(home.secrets().resolve("deploy.key"), home.secrets().resolve("known_hosts"));
    SshTarget ssh = SshTarget.parse(target);
    SshConnections connections = new SshConnections(ssh, identity, clock);
    Publisher publisher =
        new Publisher(new BlobSource(store, limit), connections, site, limit, clock);
    EdgeSpec spec =
        new EdgeSpec()
            .gate(BearerGate.of(Audience.DEPLOY_WORKER, home, clock))
            .route(
                HandlerType.POST, "/deploy", Scope.DEPLOY_POST, new DeployRoutes(publisher)::post);
    try {
      return new DeployWorkerService(Edge.start(config, spec), connections);
    } catch (RuntimeException e) {
      connections.close();
      throw e;
    }
  }

  /** Where it is served. */
  public URI url() {
    return edge.url();
  }

  @Override
  public void close() {
    edge.close();
    connections.close();
  }
}
