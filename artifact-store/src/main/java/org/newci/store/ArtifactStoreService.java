package org.newci.store;

import static io.javalin.http.HandlerType.GET;
import static io.javalin.http.HandlerType.HEAD;
import static io.javalin.http.HandlerType.PUT;

import java.net.URI;
import java.time.Clock;
import java.util.Map;
import org.newci.auth.Audience;
import org.newci.auth.Scope;
import org.newci.shell.config.ComponentHome;
import org.newci.shell.config.Settings;
import org.newci.shell.edge.BearerGate;
import org.newci.shell.edge.Edge;
import org.newci.shell.edge.EdgeConfig;
import org.newci.shell.edge.EdgeSpec;
import org.newci.store.blob.BlobRoutes;
import org.newci.store.blob.BlobShelf;
import org.newci.store.disk.FolderLock;
import org.newci.store.log.LogRoutes;
import org.newci.store.log.LogShelf;

/** The running artifact store. */
public final class ArtifactStoreService implements AutoCloseable {

  private static final long MEBI = 1024L * 1024;

  private final FolderLock lock;
  private final Edge edge;

  private ArtifactStoreService(FolderLock lock, Edge edge) {
    this.lock = lock;
    this.edge = edge;
  }

  /**
   * Starts it: {@code NEWCI_HOME}, {@code NEWCI_LISTEN}, {@code NEWCI_TLS}, {@code
   * NEWCI_BLOB_LIMIT} (bytes of one blob) and {@code NEWCI_LOG_LIMIT} (bytes of one log).
   *
   * @throws IllegalArgumentException with a sentence, when a setting is wrong
   */
  public static ArtifactStoreService start(Map<String, String> env) {
    Settings settings = new Settings(env);
    ComponentHome home = ComponentHome.from(settings);
    long blobLimit = settings.number("NEWCI_BLOB_LIMIT", MEBI * MEBI);
    long logLimit = settings.number("NEWCI_LOG_LIMIT", 64 * MEBI);
    settings.check();
    EdgeConfig config = EdgeConfig.from(settings, home);
    Clock clock = Clock.systemUTC();
    FolderLock lock = FolderLock.hold(home.data());
    try {
      BlobRoutes blobs = new BlobRoutes(BlobShelf.open(home.data(), clock), blobLimit);
      LogRoutes logs = new LogRoutes(LogShelf.open(home.data().resolve("logs"), logLimit));
      EdgeSpec spec =
          new EdgeSpec()
              .gate(BearerGate.of(Audience.ARTIFACT_STORE, home, clock))
              .route(PUT, "/blobs/{name}", Scope.BLOBS_PUT, blobs::put)
              .route(GET, "/blobs/{name}", Scope.BLOBS_GET, blobs::get)
              .route(HEAD, "/blobs/{name}", Scope.BLOBS_GET, blobs::head)
              .route(PUT, "/logs/{build}", Scope.LOGS_PUT, logs::append)
              .route(GET, "/logs/{build}", Scope.LOGS_GET, logs::get)
              .route(HEAD, "/logs/{build}", Scope.LOGS_GET, logs::head);
      return new ArtifactStoreService(lock, Edge.start(config, spec));
    } catch (RuntimeException e) {
      lock.close();
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
    lock.close();
  }
}
