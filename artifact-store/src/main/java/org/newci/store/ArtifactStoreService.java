package org.newci.store;

import static io.javalin.http.HandlerType.DELETE;
import static io.javalin.http.HandlerType.GET;
import static io.javalin.http.HandlerType.HEAD;
import static io.javalin.http.HandlerType.POST;
import static io.javalin.http.HandlerType.PUT;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
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
import org.newci.store.grant.GrantRoutes;
import org.newci.store.index.IndexFile;
import org.newci.store.log.LogRoutes;
import org.newci.store.log.LogShelf;
import org.newci.store.origin.OriginRoutes;
import org.newci.store.upkeep.RetentionRoute;
import org.newci.store.upkeep.StoreCheck;

/** The running artifact store. */
public final class ArtifactStoreService implements AutoCloseable {

  private static final long MEBI = 1024L * 1024;

  private final Edge edge;
  private final List<AutoCloseable> parts;

  private ArtifactStoreService(Edge edge, List<AutoCloseable> parts) {
    this.edge = edge;
    this.parts = parts;
  }

  /**
   * Starts it: {@code NEWCI_HOME}, {@code NEWCI_LISTEN}, {@code NEWCI_TLS}, {@code
   * NEWCI_BLOB_LIMIT} (bytes of one blob), {@code NEWCI_STORE_QUOTA} (bytes of all blobs) and
   * {@code NEWCI_LOG_LIMIT} (bytes of one log).
   *
   * @throws IllegalArgumentException with a sentence, when a setting is wrong
   */
  public static ArtifactStoreService start(Map<String, String> env) {
    Settings settings = new Settings(env);
    ComponentHome home = ComponentHome.from(settings);
    long blobLimit = settings.number("NEWCI_BLOB_LIMIT", MEBI * MEBI);
    long quota = settings.number("NEWCI_STORE_QUOTA", Long.MAX_VALUE / 2);
    long logLimit = settings.number("NEWCI_LOG_LIMIT", 64 * MEBI);
    settings.check();
    EdgeConfig config = EdgeConfig.from(settings, home);
    Clock clock = Clock.systemUTC();
    Deque<AutoCloseable> opened = new ArrayDeque<>();
    try {
      opened.push(FolderLock.hold(home.data()));
      IndexFile index = IndexFile.open(home.data().resolve("index.db"));
      opened.push(index);
      BlobShelf shelf = BlobShelf.open(home.data(), index, quota, clock);
      LogShelf logs = LogShelf.open(home.data().resolve("logs"), logLimit);
      StoreCheck check = new StoreCheck(index, home.data(), clock);
      opened.push(check);
      BlobRoutes blobs = new BlobRoutes(shelf, blobLimit);
      EdgeSpec spec =
          new EdgeSpec()
              .gate(BearerGate.of(Audience.ARTIFACT_STORE, home, clock))
              .maxBodyBytes(80 * MEBI);
      routes(spec, blobs, new LogRoutes(logs));
      origins(spec, new OriginRoutes(index, clock));
      grants(spec, new GrantRoutes(index, home.data(), blobs, blobLimit, clock));
      spec.route(
              POST,
              "/retention",
              Scope.STORE_RETAIN,
              new RetentionRoute(index, shelf, logs, clock)::post)
          .route(POST, "/check", Scope.STORE_CHECK, check::post)
          .route(GET, "/check", Scope.STORE_CHECK, check::get);
      Edge edge = Edge.start(config, spec);
      opened.push(edge);
      return new ArtifactStoreService(edge, List.copyOf(opened));
    } catch (IOException e) {
      opened.forEach(ArtifactStoreService::stop);
      throw new UncheckedIOException("cannot open the store in " + home.data(), e);
    } catch (RuntimeException e) {
      opened.forEach(ArtifactStoreService::stop);
      throw e;
    }
  }

  private static void routes(EdgeSpec spec, BlobRoutes blobs, LogRoutes logs) {
    spec.route(PUT, "/blobs/{name}", Scope.BLOBS_PUT, blobs::put)
        .route(GET, "/blobs/{name}", Scope.BLOBS_GET, blobs::get)
        .route(HEAD, "/blobs/{name}", Scope.BLOBS_GET, blobs::head)
        .route(DELETE, "/blobs/{name}", Scope.BLOBS_DELETE, blobs::delete)
        .route(GET, "/blobs", Scope.BLOBS_LIST, blobs::list)
        .route(PUT, "/logs/{build}", Scope.LOGS_PUT, logs::append)
        .route(GET, "/logs/{build}", Scope.LOGS_GET, logs::get)
        .route(HEAD, "/logs/{build}", Scope.LOGS_GET, logs::head);
  }

  private static void origins(EdgeSpec spec, OriginRoutes origins) {
    spec.route(PUT, "/blobs/{name}/provenance", Scope.PROVENANCE_PUT, origins::put)
        .route(GET, "/blobs/{name}/provenance", Scope.BLOBS_GET, origins::get)
        .route(PUT, "/blobs/{name}/pin", Scope.PINS_PUT, origins::pin)
        .route(DELETE, "/blobs/{name}/pin", Scope.PINS_PUT, origins::unpin);
  }

  private static void grants(EdgeSpec spec, GrantRoutes grants) {
    spec.route(POST, "/grants", Scope.GRANTS_POST, grants::post)
        .route(POST, "/grants/{id}/seal", Scope.GRANTS_POST, grants::seal)
        .open(PUT, "/uploads", grants::upload);
  }

  /** Where it is served. */
  public URI url() {
    return edge.url();
  }

  /** Stops in the reverse order of the start. */
  @Override
  public void close() {
    parts.forEach(ArtifactStoreService::stop);
  }

  private static void stop(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception e) {
      throw new IllegalStateException("a part of the store did not stop", e);
    }
  }
}
