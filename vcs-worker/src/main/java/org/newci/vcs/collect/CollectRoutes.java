package org.newci.vcs.collect;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.nio.file.Path;
import org.newci.auth.Scope;
import org.newci.contracts.vcs.CollectRequest;
import org.newci.shell.edge.EdgeSpec;
import org.newci.shell.json.Json;
import org.newci.shell.peer.Peer;
import org.newci.shell.problem.ProblemPages;
import org.newci.vcs.gitlab.GitLab;
import org.newci.vcs.gitlab.GitLabFailure;

/** {@code POST /collect}. Doing it again has the same result. */
public final class CollectRoutes {

  private final GitLab gitlab;
  private final StoreUpload store;
  private final Path temporary;
  private final long most;

  /**
   * The route between that GitLab and that store.
   *
   * @param temporary folder for the zips while they are read
   * @param most bytes that one job's zip may have, packed and unpacked
   */
  public CollectRoutes(GitLab gitlab, Peer store, Path temporary, long most) {
    this.gitlab = gitlab;
    this.store = new StoreUpload(store);
    this.temporary = temporary;
    this.most = most;
  }

  /** Adds the route. */
  public void addTo(EdgeSpec spec) {
    spec.route(HandlerType.POST, "/collect", Scope.COLLECT_POST, this::post);
  }

  private void post(Context ctx) throws IOException {
    CollectOrder order = CollectOrder.of(ProblemPages.body(ctx, CollectRequest.class, false));
    try (Collection collection = new Collection(gitlab, temporary, order.project(), most)) {
      ctx.contentType("application/json").result(Json.write(collection.collect(order, store)));
    } catch (GitLabFailure e) {
      throw e.problem();
    }
  }
}
