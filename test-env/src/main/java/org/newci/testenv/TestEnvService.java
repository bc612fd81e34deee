package org.newci.testenv;

import io.javalin.http.HandlerType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.newci.shell.config.ComponentHome;
import org.newci.shell.config.Settings;
import org.newci.shell.edge.Edge;
import org.newci.shell.edge.EdgeConfig;
import org.newci.shell.edge.EdgeSpec;
import org.newci.testenv.site.SiteRoutes;
import org.newci.testenv.ssh.SshDoor;

/** The running test environment: an SSH server and an HTTP server on one folder. */
public final class TestEnvService implements AutoCloseable {

  private final SshDoor door;
  private final Edge edge;

  private TestEnvService(SshDoor door, Edge edge) {
    this.door = door;
    this.edge = edge;
  }

  /**
   * Starts it: {@code NEWCI_HOME}, {@code NEWCI_LISTEN}, {@code NEWCI_TLS}, {@code
   * NEWCI_SSH_LISTEN} ({@code HOST:PORT}) and {@code NEWCI_SITE_DIR} (default {@code data/site}).
   *
   * @throws IllegalArgumentException with a sentence, when a setting is wrong
   */
  public static TestEnvService start(Map<String, String> env) {
    Settings settings = new Settings(env);
    ComponentHome home = ComponentHome.from(settings);
    settings.check();
    EdgeConfig config = EdgeConfig.from(settings, home);
    SshDoor.Listen listen = SshDoor.Listen.parse(settings.text("NEWCI_SSH_LISTEN", "127.0.0.1:0"));
    String given = settings.textIfSet("NEWCI_SITE_DIR");
    Path site = folder(given == null ? home.data().resolve("site") : Path.of(given));
    SshDoor door = SshDoor.open(listen, site, home.secrets());
    try {
      SiteRoutes routes = new SiteRoutes(site);
      // Every path is a file of the site: there is no room for a health page.
      EdgeSpec spec =
          new EdgeSpec()
              .withoutHealth()
              .open(HandlerType.GET, "/{name}", routes::get)
              .open(HandlerType.HEAD, "/{name}", routes::head);
      return new TestEnvService(door, Edge.start(config, spec));
    } catch (RuntimeException e) {
      door.close();
      throw e;
    }
  }

  private static Path folder(Path site) {
    try {
      return Files.createDirectories(site).toRealPath();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the site's folder " + site, e);
    }
  }

  /** Where the files are served. */
  public URI url() {
    return edge.url();
  }

  /** The port of the SSH server. */
  public int sshPort() {
    return door.port();
  }

  @Override
  public void close() {
    edge.close();
    door.close();
  }
}
