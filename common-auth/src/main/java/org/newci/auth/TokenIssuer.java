package org.newci.auth;

import static java.util.stream.Collectors.joining;

import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import com.auth0.jwt.exceptions.JWTDecodeException;
import com.auth0.jwt.interfaces.DecodedJWT;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Signs tokens (RFC 7519) with {@code iss}, {@code sub}, {@code aud}, {@code scope}, {@code
 * groups}, times, and the id of the key ({@code kid}).
 */
public final class TokenIssuer {

  /** The {@code iss} of every token. */
  public static final String ISSUER = "newci";

  private final SigningKey key;
  private final Clock clock;

  public TokenIssuer(SigningKey key, Clock clock) {
    this.key = key;
    this.clock = clock;
  }

  /** How many groups one token may name. */
  public static final int MOST_GROUPS = 50;

  /** The same for somebody in no group. */
  public BearerToken issue(String subject, Set<Scope> scopes, Duration lifetime) {
    return issue(subject, Set.of(), scopes, lifetime);
  }

  /**
   * A token for that subject; its audience is every service that one of the scopes belongs to.
   *
   * @param groups names of letters, digits and {@code . _ - : / @}, at most {@link #MOST_GROUPS}
   * @param lifetime how long it is good from now
   */
  public BearerToken issue(
      String subject, Set<String> groups, Set<Scope> scopes, Duration lifetime) {
    if (subject.isBlank()) {
      throw new IllegalArgumentException("token subject: empty (expected who the token is for)");
    }
    if (lifetime.isNegative() || lifetime.isZero()) {
      throw new IllegalArgumentException(
          "token lifetime: %s (expected more than nothing)".formatted(lifetime));
    }
    requireGroups(groups);
    Instant now = clock.instant();
    List<String> words = scopes.stream().map(Scope::word).sorted().toList();
    String[] audience =
        scopes.stream().map(s -> s.audience().word()).distinct().sorted().toArray(String[]::new);
    return BearerToken.of(
        JWT.create()
            .withKeyId(key.verifyKey().id())
            .withIssuer(ISSUER)
            .withSubject(subject)
            .withAudience(audience)
            .withClaim("scope", String.join(" ", words))
            .withClaim("groups", groups.stream().sorted().toList())
            .withIssuedAt(now)
            .withExpiresAt(now.plus(lifetime))
            .withJWTId(UUID.randomUUID().toString())
            .sign(Algorithm.ECDSA256(key.verifyKey().key(), key.secret())));
  }

  /**
   * True when that token, of somebody in no group, says what a new one would say, is signed by the
   * same key, and was issued at that time or later. Its signature is not checked: who asks wrote
   * it.
   */
  public boolean isStillGood(
      BearerToken token, String subject, Set<Scope> scopes, Instant issuedSince) {
    try {
      DecodedJWT claims = JWT.decode(token.reveal());
      String words = scopes.stream().map(Scope::word).sorted().collect(joining(" "));
      return key.verifyKey().id().equals(claims.getKeyId())
          && subject.equals(claims.getSubject())
          && words.equals(claims.getClaim("scope").asString())
          && claims.getIssuedAtAsInstant() != null
          && !claims.getIssuedAtAsInstant().isBefore(issuedSince)
          && !claims.getIssuedAtAsInstant().isAfter(clock.instant());
    } catch (JWTDecodeException e) {
      return false;
    }
  }

  private static void requireGroups(Set<String> groups) {
    if (groups.size() > MOST_GROUPS) {
      throw new IllegalArgumentException(
          "token groups: %d (expected at most %d)".formatted(groups.size(), MOST_GROUPS));
    }
    for (String group : groups) {
      if (!group.matches("[A-Za-z0-9._:/@-]{1,100}")) {
        throw new IllegalArgumentException(
            "token group: '%s' (expected up to 100 letters, digits and . _ - : / @)"
                .formatted(group));
      }
    }
  }
}
