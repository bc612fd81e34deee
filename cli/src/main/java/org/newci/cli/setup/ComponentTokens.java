package org.newci.cli.setup;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import org.newci.auth.BearerToken;
import org.newci.auth.Scope;
import org.newci.auth.SigningKey;
import org.newci.auth.TokenIssuer;
import org.newci.cli.CommandFailed;
import org.newci.cli.Exit;

/** Signs tokens with the key of the set-up: those of the components, and those for people. */
public final class ComponentTokens {

  /** How long a component's token is good for. */
  public static final Duration LIFETIME = Duration.ofDays(90);

  /** An older one is renewed by {@code up}, and every day while it runs. */
  public static final Duration RENEWED_AFTER = Duration.ofHours(12);

  /** How long the token of {@code newci env} is good for. */
  public static final Duration OPERATOR = Duration.ofHours(12);

  private final DataFolder folder;
  private final Clock clock;

  public ComponentTokens(DataFolder folder, Clock clock) {
    this.folder = folder;
    this.clock = clock;
  }

  /**
   * Gives every component that calls others a fresh token where it has none, an older one, or one
   * with other scopes or of another key, and takes it from those that need none; running ones read
   * it again.
   */
  public void renew() {
    TokenIssuer issuer = issuer();
    Instant since = clock.instant().minus(RENEWED_AFTER);
    for (Part part : Part.values()) {
      Path file = folder.secrets(part).resolve("token.jwt");
      if (part.scopes().isEmpty()) {
        // One of an earlier version may still allow something.
        PrivateFiles.removeTree(file);
      } else if (!hasGoodOne(issuer, part, file, since)) {
        BearerToken token = issuer.issue(part.word(), part.scopes(), LIFETIME);
        PrivateFiles.write(file, token.reveal() + "\n");
      }
    }
  }

  private static boolean hasGoodOne(TokenIssuer issuer, Part part, Path file, Instant since) {
    String token = Files.exists(file) ? PrivateFiles.read(file).strip() : "";
    return !token.isEmpty()
        && issuer.isStillGood(BearerToken.of(token), part.word(), part.scopes(), since);
  }

  /** A token with every scope, for the person at the machine. */
  public BearerToken operator() {
    return issue("operator", EnumSet.allOf(Scope.class), OPERATOR);
  }

  /** A token for somebody in no group. */
  public BearerToken issue(String subject, Set<Scope> scopes, Duration lifetime) {
    return issue(subject, Set.of(), scopes, lifetime);
  }

  /** A token for somebody. */
  public BearerToken issue(
      String subject, Set<String> groups, Set<Scope> scopes, Duration lifetime) {
    return issuer().issue(subject, groups, scopes, lifetime);
  }

  private TokenIssuer issuer() {
    if (!SetUp.isComplete(folder)) {
      throw new CommandFailed(
          Exit.FAILED,
          "Nothing is set up in %s; start it once with: newci up --data %s"
              .formatted(folder, folder));
    }
    return new TokenIssuer(SigningKey.fromPem(PrivateFiles.read(folder.signingKey())), clock);
  }
}
