package org.newci.standin.token;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.newci.shell.edge.EdgeSpec;
import org.newci.standin.database.Database;
import org.newci.standin.rest.Page;
import org.newci.standin.rest.Params;
import org.newci.standin.rest.RestError;
import org.newci.standin.rest.RestPages;
import org.newci.standin.user.AccessToken;
import org.newci.standin.user.Login;
import org.newci.standin.user.TokenStore;
import org.newci.standin.user.User;
import org.newci.standin.user.Users;

/** {@code /personal_access_tokens}, and the one call by which an administrator makes one. */
public final class PersonalTokenRoutes {

  private static final String ALL = "/api/v4/personal_access_tokens";
  private static final String SELF = ALL + "/self";
  private static final String ONE = ALL + "/{token}";

  private final Database database;
  private final Users users;
  private final TokenRules rules;
  private final Clock clock;
  private final URI base;

  public PersonalTokenRoutes(Database database, Users users, Clock clock, URI base) {
    this.database = database;
    this.users = users;
    this.rules = new TokenRules(users);
    this.clock = clock;
    this.base = base;
  }

  /** Adds the routes. */
  public void addTo(EdgeSpec spec) {
    spec.open(HandlerType.GET, ALL, this::list)
        .open(HandlerType.GET, SELF, this::self)
        .open(HandlerType.DELETE, SELF, this::revokeSelf)
        .open(HandlerType.POST, SELF + "/rotate", this::rotateSelf)
        .open(HandlerType.GET, ONE, this::read)
        .open(HandlerType.DELETE, ONE, this::revoke)
        .open(HandlerType.POST, ONE + "/rotate", this::rotate)
        .open(HandlerType.POST, "/api/v4/users/{user}/personal_access_tokens", this::create);
  }

  static AccessToken at(AccessToken token, Clock clock) {
    return token.renewed(clock.instant(), java.time.LocalDate.MAX);
  }

  private void list(Context ctx) {
    User user = users.caller(ctx);
    Params params = Params.of(ctx);
    Optional<Long> wanted = Optional.ofNullable(params.text("user_id")).flatMap(TokenRules::number);
    if (!user.admin() && wanted.isPresent() && wanted.get() != user.id()) {
      throw RestError.unauthorized();
    }
    Optional<Long> whose = user.admin() ? wanted : Optional.of(user.id());
    List<AccessToken> all = database.read(handle -> TokenStore.personal(handle, whose));
    Page.of(params).slice(ctx, base, rules.narrowed(all, params), this::shown);
  }

  private Map<String, Object> shown(AccessToken token) {
    Map<String, Object> json = token.json(users.today());
    json.put("last_used_ips", List.of());
    return json;
  }

  /** Any token may ask about itself. */
  private Login own(Context ctx) {
    return users.login(ctx, AccessToken.SCOPES);
  }

  private void self(Context ctx) {
    RestPages.json(ctx, 200, shown(own(ctx).token()));
  }

  private void revokeSelf(Context ctx) {
    revoke(ctx, own(ctx).token());
  }

  private void rotateSelf(Context ctx) {
    rotate(ctx, users.login(ctx, List.of("self_rotate")).token());
  }

  private AccessToken find(Context ctx) {
    User user = users.caller(ctx);
    AccessToken token =
        TokenRules.number(ctx.pathParam("token"))
            .flatMap(id -> database.read(handle -> TokenStore.byId(handle, id)))
            .filter(found -> user.admin() || found.userId() == user.id())
            .orElse(null);
    if (token == null) {
      // Others learn nothing about which numbers there are.
      throw user.admin() ? RestError.gone() : RestError.unauthorized();
    }
    return token;
  }

  private void read(Context ctx) {
    RestPages.json(ctx, 200, shown(find(ctx)));
  }

  private void revoke(Context ctx) {
    revoke(ctx, find(ctx));
  }

  private void revoke(Context ctx, AccessToken token) {
    database.write(
        handle -> {
          TokenStore.revoke(handle, token.id());
          return token;
        });
    ctx.status(204);
  }

  private void rotate(Context ctx) {
    rotate(ctx, find(ctx));
  }

  private void rotate(Context ctx, AccessToken token) {
    Params params = Params.of(ctx);
    RestPages.json(
        ctx, 200, database.write(handle -> rules.rotate(handle, token, params, at(token, clock))));
  }

  private void create(Context ctx) {
    User admin = users.caller(ctx);
    if (!admin.admin()) {
      throw RestError.forbidden();
    }
    User user =
        TokenRules.number(ctx.pathParam("user"))
            .flatMap(users::find)
            .orElseThrow(() -> RestError.notFound("User"));
    Params params = Params.of(ctx);
    AccessToken wanted =
        new AccessToken(
            0,
            user.id(),
            null,
            params.required("name"),
            params.text("description"),
            TokenRules.scopes(params, AccessToken.SCOPES),
            null,
            clock.instant(),
            rules.expiry(params),
            null,
            false);
    RestPages.json(ctx, 201, database.write(handle -> rules.issue(handle, wanted)));
  }
}
