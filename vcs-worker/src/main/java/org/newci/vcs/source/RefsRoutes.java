package org.newci.vcs.source;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.transport.FetchConnection;
import org.eclipse.jgit.transport.RefSpec;
import org.newci.auth.Scope;
import org.newci.contracts.vcs.RefsAnswer;
import org.newci.contracts.vcs.RefsRequest;
import org.newci.shell.edge.EdgeSpec;
import org.newci.shell.json.Json;
import org.newci.shell.problem.Problem;
import org.newci.shell.problem.ProblemPages;
import org.newci.vcs.source.SourceFailure.Kind;
import org.newci.vcs.transport.GitThread;

/** {@code POST /refs}: where a source's branches and tags stand, without fetching anything. */
public final class RefsRoutes {

  /** More refs are not listed. */
  static final int MOST_REFS = 20_000;

  private static final long MOST_BYTES = 32L * 1024 * 1024;
  private static final Duration WHOLE = Duration.ofSeconds(60);

  private final Sources sources;
  private final Credentials credentials;
  private final FetchSlots slots = new FetchSlots(2, 16);

  public RefsRoutes(Sources sources, Credentials credentials) {
    this.sources = sources.within(WHOLE, MOST_BYTES);
    this.credentials = credentials;
  }

  /** Adds the route. */
  public void addTo(EdgeSpec spec) {
    spec.route(HandlerType.POST, "/refs", Scope.REFS_GET, this::post);
  }

  private void post(Context ctx) throws InterruptedException {
    RefsRequest request = ProblemPages.body(ctx, RefsRequest.class, false);
    SourceUrl url;
    try {
      String git = request.git();
      if (git == null || git.isBlank()) {
        throw new IllegalArgumentException(
            "The field 'git' is missing (expected the URL of a repository).");
      }
      url = SourceUrl.parse(git);
    } catch (IllegalArgumentException e) {
      throw Problem.badRequest(String.valueOf(e.getMessage()));
    }
    try {
      Credential credential = credentials.of(request.credential(), url);
      boolean loopback = !Boolean.FALSE.equals(request.loopback());
      RefsAnswer answer = new RefsAnswer(list(new Origin(url, credential, loopback)));
      ctx.contentType("application/json").result(Json.write(answer));
    } catch (SourceFailure e) {
      throw e.problem();
    }
  }

  private Map<String, String> list(Origin origin) throws SourceFailure, InterruptedException {
    SourceUrl url = origin.url();
    try (var _ = slots.take(url.place())) {
      return GitThread.call("refs of " + url.host(), WHOLE, () -> ask(origin));
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      throw FetchFailures.of(url, sources.limits(), e);
    }
  }

  private Map<String, String> ask(Origin origin)
      throws IOException, URISyntaxException, SourceFailure {
    try (Sources.Opened opened = sources.open(null, origin);
        FetchConnection connection =
            opened
                .transport()
                .openFetch(
                    List.of(
                        new RefSpec("refs/heads/*:refs/heads/*"),
                        new RefSpec("refs/tags/*:refs/tags/*")))) {
      Map<String, String> refs = new TreeMap<>();
      for (Ref ref : connection.getRefs()) {
        String name = ref.getName();
        ObjectId peeled = ref.getPeeledObjectId();
        ObjectId id = peeled == null ? ref.getObjectId() : peeled;
        if (id != null && (name.startsWith("refs/heads/") || name.startsWith("refs/tags/"))) {
          refs.put(name, id.name());
        }
        if (refs.size() > MOST_REFS) {
          throw new SourceFailure(
              Kind.TOO_LARGE,
              "%s has more than %d branches and tags, which are not listed."
                  .formatted(origin.url(), MOST_REFS),
              null);
        }
      }
      return refs;
    }
  }
}
