package org.newci.vcs;

import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import okhttp3.OkHttpClient;
import org.newci.auth.Audience;
import org.newci.shell.edge.BearerGate;
import org.newci.shell.edge.Edge;
import org.newci.shell.edge.EdgeSpec;
import org.newci.shell.peer.Peer;
import org.newci.shell.peer.TokenFile;
import org.newci.vcs.collect.CollectRoutes;
import org.newci.vcs.gitlab.GitLab;
import org.newci.vcs.gitlab.GitLabToken;
import org.newci.vcs.mirror.RepoRoutes;
import org.newci.vcs.pipeline.JobLogRoutes;
import org.newci.vcs.pipeline.PipelineRoutes;
import org.newci.vcs.source.SourceCache;
import org.newci.vcs.source.Sources;
import org.newci.vcs.transport.HermeticJGit;
import org.newci.vcs.transport.PublicAndOwnCa;

/** The running VCS worker. */
public final class VcsWorkerService implements AutoCloseable {

  private static final Duration WHOLE_MIRROR = Duration.ofMinutes(15);

  private final Edge edge;

  private VcsWorkerService(Edge edge) {
    this.edge = edge;
  }

  /**
   * Starts it with the settings of that environment; returns when it serves.
   *
   * @throws IllegalArgumentException a sentence that names every wrong setting
   */
  public static VcsWorkerService start(Map<String, String> env) {
    return start(VcsWorkerConfig.from(env));
  }

  static VcsWorkerService start(VcsWorkerConfig config) {
    HermeticJGit.install();
    var home = config.home();
    OkHttpClient client = PublicAndOwnCa.trustedBy(Peer.client(null), config.peers().ca());
    GitLab gitlab =
        new GitLab(
            client,
            config.peers().gitlab(),
            GitLabToken.in(home.secrets().resolve("gitlab.token")));
    Path data = home.data();
    Sources sources =
        new Sources(config.allowed(), config.limits(), home.secrets().resolve("ssh"), client);
    SourceCache cache = new SourceCache(data.resolve("cache"), sources);
    Peer store =
        new Peer(
            "artifact store",
            config.peers().blobs(),
            new TokenFile(home.token()),
            config.peers().ca());
    EdgeSpec spec =
        new EdgeSpec().gate(BearerGate.of(Audience.VCS_WORKER, home, Clock.systemUTC()));
    new RepoRoutes(gitlab, cache, client, WHOLE_MIRROR).addTo(spec);
    new PipelineRoutes(gitlab).addTo(spec);
    new JobLogRoutes(gitlab).addTo(spec);
    new CollectRoutes(gitlab, store, data.resolve("tmp")).addTo(spec);
    return new VcsWorkerService(Edge.start(config.edge(), spec));
  }

  /** Base URL of its routes. */
  public URI url() {
    return edge.url();
  }

  /** What is served, for the check of the documentation. */
  public java.util.List<EdgeSpec.Route> routes() {
    return edge.routes();
  }

  @Override
  public void close() {
    edge.close();
  }
}
