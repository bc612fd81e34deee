package org.newci.vcs;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import org.newci.auth.Audience;
import org.newci.shell.config.ComponentHome;
import org.newci.shell.edge.BearerGate;
import org.newci.shell.edge.Edge;
import org.newci.shell.edge.EdgeSpec;
import org.newci.shell.peer.Peer;
import org.newci.shell.peer.TrustedCa;
import org.newci.vcs.collect.CollectRoutes;
import org.newci.vcs.gitlab.GitLab;
import org.newci.vcs.gitlab.GitLabClient;
import org.newci.vcs.gitlab.GitLabToken;
import org.newci.vcs.gitlab.PushTokens;
import org.newci.vcs.mirror.RepoRoutes;
import org.newci.vcs.pipeline.JobLogRoutes;
import org.newci.vcs.pipeline.PipelineRoutes;
import org.newci.vcs.source.Credentials;
import org.newci.vcs.source.RefsRoutes;
import org.newci.vcs.source.SourceCache;
import org.newci.vcs.source.Sources;
import org.newci.vcs.transport.HermeticJGit;
import org.newci.vcs.transport.PublicAndOwnCa;

/** The running VCS worker. */
public final class VcsWorkerService implements AutoCloseable {

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
    OkHttpClient toGitLab = GitLabClient.over(client);
    GitLab gitlab =
        new GitLab(
            toGitLab,
            config.peers().gitlab(),
            GitLabToken.in(home.secrets().resolve("gitlab.token")));
    Path data = home.data();
    Sources sources =
        new Sources(
            config.allowed(),
            config.limits().fetch(),
            home.secrets().resolve("ssh"),
            PublicAndOwnCa.trustedBy(client, sourcesCa(home)));
    SourceCache cache =
        new SourceCache(data.resolve("cache"), sources, config.limits().cacheBytes());
    Credentials credentials = new Credentials(home.secrets().resolve("credentials"));
    PushTokens tokens = new PushTokens(gitlab, Clock.systemUTC());
    Peer store = Peer.stranger("artifact store", config.peers().blobs(), config.peers().ca());
    EdgeSpec spec =
        new EdgeSpec().gate(BearerGate.of(Audience.VCS_WORKER, home, Clock.systemUTC()));
    var side = new RepoRoutes.GitLabSide(gitlab, tokens, toGitLab);
    new RepoRoutes(side, cache, credentials, Clock.systemUTC()).addTo(spec);
    new RefsRoutes(sources, credentials).addTo(spec);
    new PipelineRoutes(gitlab, tokens).addTo(spec);
    new JobLogRoutes(gitlab).addTo(spec);
    new CollectRoutes(gitlab, store, data.resolve("tmp"), config.limits().artifactBytes())
        .addTo(spec);
    return new VcsWorkerService(Edge.start(config.edge(), spec));
  }

  /** Further authorities of https sources: a company's own, say. */
  private static @Nullable TrustedCa sourcesCa(ComponentHome home) {
    Path file = home.secrets().resolve("sources-ca.pem");
    return Files.exists(file) ? TrustedCa.of(file) : null;
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
