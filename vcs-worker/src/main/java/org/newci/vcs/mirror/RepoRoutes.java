package org.newci.vcs.mirror;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.time.Clock;
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
import org.newci.vcs.gitlab.PushTokens;
import org.newci.vcs.source.Credentials;
import org.newci.vcs.source.SourceCache;
import org.newci.vcs.source.SourceFailure;

/** {@code POST /repo}. */
public final class RepoRoutes {

  /** Limit for one mirroring. */
  private static final Duration WHOLE = Duration.ofMinutes(15);

  private final Mirror mirror;
  private final RunningMirrors running = new RunningMirrors(WHOLE);
  private final MarkedProjects marked;

  /** What it needs of GitLab. */
  public record GitLabSide(GitLab gitlab, PushTokens tokens, OkHttpClient http) {}

  /** The route over that cache and that GitLab. */
  public RepoRoutes(GitLabSide side, SourceCache cache, Credentials credentials, Clock clock) {
    MasterPush push = new MasterPush(side.http(), side.gitlab(), WHOLE);
    this.mirror = new Mirror(side.gitlab(), side.tokens(), cache, credentials, push);
    this.marked = new MarkedProjects(side.gitlab(), clock);
  }

  /** Adds the route. */
  public void addTo(EdgeSpec spec) {
    spec.route(HandlerType.POST, "/repo", Scope.REPO_POST, this::post);
  }

  private void post(Context ctx) throws Exception {
    MirrorOrder order = MirrorOrder.of(ProblemPages.body(ctx, MirrorRequest.class, false));
    try {
      MirrorAnswer answer = running.run(order, () -> mirror.run(order));
      marked.sweepIfDue();
      ctx.contentType("application/json").result(Json.write(answer));
    } catch (SourceFailure e) {
      throw e.problem();
    } catch (GitLabFailure e) {
      throw e.status() == 404
          ? Problem.badGateway("gitlab-refused", String.valueOf(e.getMessage()))
          : e.problem();
    } catch (TimeoutException e) {
      throw Mirror.tookTooLong(order, WHOLE.toSeconds());
    }
  }
}
