package org.newci.vcs.mirror;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
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

/**
 * Pushes one commit of a cached source to GitLab, as the one branch {@code master}, and tags
 * beside.
 */
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
  boolean push(Path cache, ObjectId commit, Target target) throws Exception {
    return push(cache, Map.of("refs/heads/" + BRANCH, commit), List.of(), target);
  }

  /**
   * Pushes tags, which start no pipeline.
   *
   * @param tags what each name, without {@code refs/tags/}, stands for
   */
  void pushTags(Path cache, Map<String, ObjectId> tags, Target target) throws Exception {
    Map<String, ObjectId> refs = new LinkedHashMap<>();
    tags.forEach((name, id) -> refs.put(Constants.R_TAGS + name, id));
    push(cache, refs, List.of("ci.skip"), target);
  }

  /** Where it goes, and with which right. */
  record Target(String project, GitLabToken token) {}

  private boolean push(Path cache, Map<String, ObjectId> refs, List<String> options, Target target)
      throws Exception {
    String project = target.project();
    try {
      Collection<RemoteRefUpdate> updates =
          GitThread.call("push " + project, whole, () -> send(cache, refs, options, target));
      for (RemoteRefUpdate update : updates) {
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
      }
      return updates.stream().anyMatch(one -> one.getStatus() == RemoteRefUpdate.Status.OK);
    } catch (TimeoutException e) {
      throw Problem.badGateway(
          "gitlab-unreachable",
          "The push to %s took longer than %d s and was given up."
              .formatted(project, whole.toSeconds()));
    } catch (IOException e) {
      throw failed(project, e);
    }
  }

  private static Problem failed(String project, IOException e) {
    String said = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    if (said.contains("not authorized") || said.contains("authentication")) {
      return Problem.badGateway(
          "gitlab-token-refused",
          "GitLab refuses this worker's token (401): push to %s.".formatted(project));
    }
    SSLException tls = GitThread.cause(e, SSLException.class);
    if (tls != null) {
      return Problem.badGateway(
          "gitlab-unreachable", "GitLab %s: push to %s.".formatted(TlsFailure.why(tls), project));
    }
    return Problem.badGateway(
        "gitlab-unreachable",
        "The push to %s failed: %s."
            .formatted(project, String.valueOf(e.getMessage()).replaceAll("[\\s.]+$", "")));
  }

  private Collection<RemoteRefUpdate> send(
      Path cache, Map<String, ObjectId> refs, List<String> options, Target target)
      throws IOException, URISyntaxException {
    String url = gitlab.gitUrl(target.project());
    HttpUrl ours = HttpUrl.get(url);
    try (Repository repository = SourceCache.open(cache);
        HttpConnections connections = new HttpConnections(http, asked -> sameHost(ours, asked));
        Transport transport = Transport.open(repository, new URIish(url))) {
      TransportHttp overHttp = (TransportHttp) transport;
      overHttp.setHttpConnectionFactory(connections);
      // The user's name is not looked at for tokens (GitLab: Personal access tokens).
      overHttp.setPreemptiveBasicAuthentication("newci", target.token().secret());
      if (!options.isEmpty()) {
        transport.setPushOptions(options);
      }
      List<RemoteRefUpdate> updates = new ArrayList<>();
      for (Map.Entry<String, ObjectId> ref : refs.entrySet()) {
        ObjectId id = ref.getValue();
        updates.add(new RemoteRefUpdate(repository, id.name(), id, ref.getKey(), true, null, null));
      }
      return transport.push(NullProgressMonitor.INSTANCE, updates).getRemoteUpdates();
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
