package org.newci.vcs.mirror;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.PushResult;
import org.eclipse.jgit.transport.RemoteRefUpdate;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.TransportHttp;
import org.eclipse.jgit.transport.URIish;
import org.newci.shell.peer.TlsFailure;
import org.newci.shell.problem.Problem;
import org.newci.vcs.gitlab.GitLab;
import org.newci.vcs.gitlab.GitLabToken;
import org.newci.vcs.source.SourceCache;
import org.newci.vcs.transport.GitThread;
import org.newci.vcs.transport.HttpConnections;

/** Pushes one commit of a cached source to GitLab, as the one branch {@code master}. */
final class MasterPush {

  static final String BRANCH = "master";

  private final OkHttpClient http;
  private final GitLab gitlab;
  private final Duration whole;

  /**
   * @param whole limit for one push
   */
  MasterPush(OkHttpClient http, GitLab gitlab, Duration whole) {
    this.http = http;
    this.gitlab = gitlab;
    this.whole = whole;
  }

  /** Pushes with that token; false where GitLab had the commit there already. */
  boolean push(Path cache, ObjectId commit, String project, GitLabToken token) throws Exception {
    try {
      RemoteRefUpdate update =
          GitThread.call("push " + project, whole, () -> send(cache, commit, project, token));
      RemoteRefUpdate.Status status = update.getStatus();
      if (status != RemoteRefUpdate.Status.OK && status != RemoteRefUpdate.Status.UP_TO_DATE) {
        throw Problem.badGateway(
            "push-refused",
            "GitLab refused the push to %s: %s (%s)."
                .formatted(
                    project,
                    update.getMessage(),
                    status.name().toLowerCase(Locale.ROOT).replace('_', ' ')));
      }
      return status == RemoteRefUpdate.Status.OK;
    } catch (TimeoutException e) {
      throw Problem.badGateway(
          "gitlab-unreachable",
          "The push to %s took longer than %d s and was given up."
              .formatted(project, whole.toSeconds()));
    } catch (IOException e) {
      String said = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
      if (said.contains("not authorized") || said.contains("authentication")) {
        throw Problem.badGateway(
            "gitlab-token-refused",
            "GitLab refuses this worker's token (401): push to %s.".formatted(project));
      }
      SSLException tls = GitThread.cause(e, SSLException.class);
      if (tls != null) {
        throw Problem.badGateway(
            "gitlab-unreachable", "GitLab %s: push to %s.".formatted(TlsFailure.why(tls), project));
      }
      throw Problem.badGateway(
          "gitlab-unreachable",
          "The push to %s failed: %s."
              .formatted(project, String.valueOf(e.getMessage()).replaceAll("[\\s.]+$", "")));
    }
  }

  private RemoteRefUpdate send(Path cache, ObjectId commit, String project, GitLabToken token)
      throws IOException, URISyntaxException {
    String url = gitlab.gitUrl(project);
    HttpUrl ours = HttpUrl.get(url);
    try (Repository repository = SourceCache.open(cache);
        HttpConnections connections = new HttpConnections(http, asked -> sameHost(ours, asked));
        Transport transport = Transport.open(repository, new URIish(url))) {
      TransportHttp overHttp = (TransportHttp) transport;
      overHttp.setHttpConnectionFactory(connections);
      // The user's name is not looked at for tokens (GitLab: Personal access tokens).
      overHttp.setPreemptiveBasicAuthentication("newci", token.secret());
      RemoteRefUpdate update =
          new RemoteRefUpdate(
              repository, commit.name(), commit, "refs/heads/" + BRANCH, true, null, null);
      PushResult result = transport.push(NullProgressMonitor.INSTANCE, List.of(update));
      RemoteRefUpdate done = result.getRemoteUpdate("refs/heads/" + BRANCH);
      return done == null ? update : done;
    }
  }

  /** The token goes to GitLab and nowhere else. */
  private static void sameHost(HttpUrl ours, URL asked) throws IOException {
    HttpUrl other = HttpUrl.get(asked);
    if (other == null
        || !other.scheme().equals(ours.scheme())
        || !other.host().equals(ours.host())
        || other.port() != ours.port()) {
      throw new IOException("GitLab sent the push elsewhere, to " + asked.getHost());
    }
  }
}
