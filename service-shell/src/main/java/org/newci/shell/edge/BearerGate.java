package org.newci.shell.edge;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.newci.auth.Audience;
import org.newci.auth.BearerToken;
import org.newci.auth.Caller;
import org.newci.auth.Scope;
import org.newci.auth.SigningKey.VerifyKey;
import org.newci.auth.TokenRefused;
import org.newci.auth.TokenVerifier;
import org.newci.shell.problem.Problem;

/** Lets nobody past without a good token (RFC 6750): 401 for a bad one, 403 for a small one. */
public final class BearerGate {

  private static final String CALLER = "newci.caller";

  private final TokenVerifier verifier;

  public BearerGate(TokenVerifier verifier) {
    this.verifier = verifier;
  }

  /** The gate of that service, with the public keys in these files. */
  public static BearerGate of(Audience audience, List<Path> keyFiles, Clock clock) {
    if (keyFiles.isEmpty()) {
      throw new IllegalArgumentException(
          "verify keys of %s: none (expected verify-*.pem in its secrets folder)"
              .formatted(audience.word()));
    }
    return new BearerGate(
        new TokenVerifier(
            audience, keyFiles.stream().map(f -> VerifyKey.fromPem(read(f))).toList(), clock));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the key " + file, e);
    }
  }

  /** Checks the token of a request, or answers 401. */
  void admit(Context ctx) {
    String header = ctx.header("Authorization");
    if (header == null || !header.regionMatches(true, 0, "Bearer ", 0, 7) || header.length() < 8) {
      throw unauthorized(ctx, "This needs a bearer token in the Authorization header.");
    }
    try {
      ctx.attribute(CALLER, verifier.verify(BearerToken.of(header.substring(7))));
    } catch (TokenRefused | IllegalArgumentException e) {
      throw unauthorized(ctx, "The bearer token is refused: " + e.getMessage() + ".");
    }
  }

  private static Problem unauthorized(Context ctx, String detail) {
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
