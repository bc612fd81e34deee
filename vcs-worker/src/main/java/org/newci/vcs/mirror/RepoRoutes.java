package org.newci.vcs.mirror;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import okhttp3.OkHttpClient;
import org.newci.auth.Scope;
import org.newci.contracts.vcs.MirrorAnswer;
import org.newci.contracts.vcs.MirrorRequest;
import org.newci.shell.edge.EdgeSpec;
import org.newci.shell.json.Json;
import org.newci.shell.problem.Problem;
import org.newci.shell.problem.ProblemPages;
import org.newci.vcs.gitlab.GitLab;
import org.newci.vcs.gitlab.GitLabFailure;
import org.newci.vcs.source.SourceCache;
import org.newci.vcs.source.SourceFailure;

/** {@code POST /repo}. */
public final class RepoRoutes {

  private final Mirror mirror;
  private final RunningMirrors running;
  private final Duration whole;

  /**
   * The route over that cache and that GitLab.
   *
   * @param http the client for pushes to GitLab
   * @param whole limit for one mirroring
   */
  public RepoRoutes(GitLab gitlab, SourceCache cache, OkHttpClient http, Duration whole) {
    this.mirror = new Mirror(gitlab, cache, new MasterPush(http, gitlab, whole));
    this.running = new RunningMirrors(whole);
    this.whole = whole;
  }

  /** Adds the route. */
  public void addTo(EdgeSpec spec) {
    spec.route(HandlerType.POST, "/repo", Scope.REPO_POST, this::post);
  }

  private void post(Context ctx) throws Exception {
    MirrorOrder order = MirrorOrder.of(ProblemPages.body(ctx, MirrorRequest.class, false));
    try {
      MirrorAnswer answer = running.run(order, () -> mirror.run(order));
      ctx.contentType("application/json").result(Json.write(answer));
    } catch (SourceFailure e) {
      throw e.problem();
    } catch (GitLabFailure e) {
      throw e.status() == 404
          ? Problem.badGateway("gitlab-refused", String.valueOf(e.getMessage()))
          : e.problem();
    } catch (TimeoutException e) {
      throw Mirror.tookTooLong(order, whole.toSeconds());
    }
  }
}
