package org.newci.standin.token;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.net.URI;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jdbi.v3.core.Handle;
import org.newci.shell.edge.EdgeSpec;
import org.newci.standin.database.Database;
import org.newci.standin.member.AccessLevel;
import org.newci.standin.member.Members;
import org.newci.standin.member.Members.Source;
import org.newci.standin.project.ProjectAccess;
import org.newci.standin.project.ProjectAccess.Visit;
import org.newci.standin.rest.Page;
import org.newci.standin.rest.Params;
import org.newci.standin.rest.RestError;
import org.newci.standin.rest.RestPages;
import org.newci.standin.user.AccessToken;
import org.newci.standin.user.Login;
import org.newci.standin.user.TokenStore;
import org.newci.standin.user.User;
import org.newci.standin.user.Users;

/** {@code /projects/:id/access_tokens}: each has a bot that is a member of that project alone. */
public final class ProjectTokenRoutes {

  private static final String ALL = "/api/v4/projects/{id}/access_tokens";
  private static final String ONE = ALL + "/{token}";
  private static final int MOST_TOKENS = 1000;

  private final Database database;
  private final Users users;
  private final ProjectAccess access;
  private final TokenRules rules;
  private final Clock clock;
  private final URI base;

  public ProjectTokenRoutes(
      Database database, Users users, ProjectAccess access, Clock clock, URI base) {
    this.database = database;
    this.users = users;
    this.access = access;
    this.rules = new TokenRules(users);
    this.clock = clock;
    this.base = base;
  }

  /** Adds the routes. */
  public void addTo(EdgeSpec spec) {
    spec.open(HandlerType.GET, ALL, this::list)
        .open(HandlerType.POST, ALL, this::create)
        .open(HandlerType.POST, ALL + "/self/rotate", this::rotateOwn)
        .open(HandlerType.GET, ONE, this::read)
        .open(HandlerType.DELETE, ONE, this::revoke)
        .open(HandlerType.POST, ONE + "/rotate", this::rotate);
  }

  private void list(Context ctx) {
    Visit visit = access.maintainer(ctx);
    Params params = Params.of(ctx);
    List<AccessToken> all =
        database.read(handle -> TokenStore.ofProject(handle, visit.project().id()));
    // GitLab lists the tokens that are good for something, unless it is asked for the others.
    boolean asked = params.has("state") || params.has("revoked");
    List<AccessToken> shown =
        rules.narrowed(all, params).stream()
            .filter(token -> asked || token.active(users.today()))
            .toList();
    Page.of(params).slice(ctx, base, shown, token -> token.json(users.today()));
  }

  private void create(Context ctx) {
    Visit visit = access.maintainer(ctx);
    if (visit.user().bot()) {
      throw RestError.message(400, "User does not have permission to create project access token");
    }
    Params params = Params.of(ctx);
    String name = params.required("name");
    List<String> scopes = TokenRules.scopes(params, AccessToken.PROJECT_SCOPES);
    AccessLevel level =
        AccessLevel.of(params.number("access_level", 40, 0))
            .filter(wanted -> wanted.atLeast(AccessLevel.GUEST))
            .orElseThrow(() -> RestError.parameter("access_level does not have a valid value"));
    if (!visit.level().atLeast(level)) {
      throw RestError.message(
          400,
          "Access level of the token can't be greater the access level of the user who created the"
              + " token");
    }
    long project = visit.project().id();
    Map<String, Object> json =
        database.write(
            handle -> {
              if (TokenStore.ofProject(handle, project).size() >= MOST_TOKENS) {
                throw RestError.message(
                    400, "A project has at most %d access tokens".formatted(MOST_TOKENS));
              }
              User bot = bot(handle, project, name, level);
              return rules.issue(
                  handle,
                  new AccessToken(
                      0,
                      bot.id(),
                      project,
                      name,
                      params.text("description"),
                      scopes,
                      level.number(),
                      clock.instant(),
                      rules.expiry(params),
                      null,
                      false));
            });
    RestPages.json(ctx, 201, json);
  }

  private User bot(Handle handle, long project, String name, AccessLevel level) {
    byte[] salt = new byte[16];
    ThreadLocalRandom.current().nextBytes(salt);
    String username = "project_%d_bot_%s".formatted(project, HexFormat.of().formatHex(salt));
    User bot = users.addBot(handle, username, name);
    Members.save(handle, Source.PROJECT, project, bot.id(), level, clock.instant());
    return bot;
  }

  private AccessToken find(Handle handle, Context ctx, long project) {
    return TokenRules.number(ctx.pathParam("token"))
        .flatMap(id -> TokenStore.byId(handle, id))
        .filter(token -> Long.valueOf(project).equals(token.projectId()))
        .orElseThrow(
            () ->
                RestError.notFound(
                    "Could not find project access token with token_id: "
                        + ctx.pathParam("token")));
  }

  private void read(Context ctx) {
    Visit visit = access.maintainer(ctx);
    AccessToken token = database.read(handle -> find(handle, ctx, visit.project().id()));
    RestPages.json(ctx, 200, token.json(users.today()));
  }

  private void revoke(Context ctx) {
    Visit visit = access.maintainer(ctx);
    database.write(
        handle -> {
          AccessToken token = find(handle, ctx, visit.project().id());
          TokenStore.revoke(handle, token.id());
          Members.remove(handle, Source.PROJECT, visit.project().id(), token.userId());
          return token;
        });
    ctx.status(204);
  }

  private void rotate(Context ctx) {
    Visit visit = access.maintainer(ctx);
    Params params = Params.of(ctx);
    Map<String, Object> json =
        database.write(
            handle -> {
              AccessToken token = find(handle, ctx, visit.project().id());
              return rules.rotate(handle, token, params, PersonalTokenRoutes.at(token, clock));
            });
    RestPages.json(ctx, 200, json);
  }

  private void rotateOwn(Context ctx) {
    Login login = users.login(ctx, List.of("self_rotate"));
    Visit visit = access.visible(ctx, List.of("self_rotate"));
    AccessToken token = login.token();
    if (!Long.valueOf(visit.project().id()).equals(token.projectId())) {
      throw RestError.message(405, "405 Method Not Allowed");
    }
    Params params = Params.of(ctx);
    RestPages.json(
        ctx,
        200,
        database.write(
            handle -> rules.rotate(handle, token, params, PersonalTokenRoutes.at(token, clock))));
  }
}
