package org.newci.shell.edge;

import io.javalin.http.Context;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Supplier;
import org.newci.auth.Audience;
import org.newci.auth.BearerToken;
import org.newci.auth.Caller;
import org.newci.auth.Scope;
import org.newci.auth.TokenRefused;
import org.newci.auth.TokenVerifier;
import org.newci.shell.config.ComponentHome;
import org.newci.shell.problem.Problem;

/** Lets nobody past without a good token (RFC 6750): 401 for a bad one, 403 for a small one. */
public final class BearerGate {

  private static final String CALLER = "newci.caller";

  private final Supplier<TokenVerifier> verifier;
  private final FailureLimit failures = new FailureLimit();
  private final Clock clock;

  public BearerGate(TokenVerifier verifier) {
    this(() -> verifier, Clock.systemUTC());
  }

  private BearerGate(Supplier<TokenVerifier> verifier, Clock clock) {
    this.verifier = verifier;
    this.clock = clock;
  }

  /** The gate of that service, with the keys and the deny list of its secrets folder. */
  public static BearerGate of(Audience audience, ComponentHome home, Clock clock) {
    return new BearerGate(new TrustedTokens(audience, home, clock), clock);
  }

  /** Checks the token of a request, or answers 401; 429 to who fails too often. */
  void admit(Context ctx) {
    String header = ctx.header("Authorization");
    if (header == null || !header.regionMatches(true, 0, "Bearer ", 0, 7) || header.length() < 8) {
      throw unauthorized(ctx, "This needs a bearer token in the Authorization header.");
    }
    try {
      ctx.attribute(CALLER, verifier.get().verify(BearerToken.of(header.substring(7))));
    } catch (TokenRefused | IllegalArgumentException e) {
      throw unauthorized(ctx, "The bearer token is refused: " + e.getMessage() + ".");
    }
  }

  private Problem unauthorized(Context ctx, String detail) {
    Duration wait = failures.count(ctx.ip(), clock.instant());
    if (wait.isPositive()) {
      ctx.header("Retry-After", Long.toString(wait.toSeconds()));
      return new Problem(
          429, "too-many-failures", "Too many requests without a good token came from here.");
    }
    ctx.header("WWW-Authenticate", "Bearer realm=\"newci\"");
    return new Problem(401, "unauthorized", detail);
  }

  static void require(Context ctx, Scope scope) {
    if (!caller(ctx).may(scope)) {
      throw new Problem(
          403, "forbidden", "The token lacks the scope '%s'.".formatted(scope.word()));
    }
  }

  /** Who sent this request; only behind the gate. */
  public static Caller caller(Context ctx) {
    Caller caller = ctx.attribute(CALLER);
    if (caller == null) {
      throw new IllegalStateException("no caller: %s is not behind the gate".formatted(ctx.path()));
    }
    return caller;
  }
}
