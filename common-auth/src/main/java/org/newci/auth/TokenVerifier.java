package org.newci.auth;

import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import com.auth0.jwt.exceptions.JWTVerificationException;
import com.auth0.jwt.exceptions.TokenExpiredException;
import com.auth0.jwt.interfaces.DecodedJWT;
import com.auth0.jwt.interfaces.JWTVerifier;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Believes tokens that one of the given keys signed for one service and that are not over. */
public final class TokenVerifier {

  /** How far the issuer's clock and ours may differ. */
  public static final Duration CLOCK_SKEW = Duration.ofSeconds(60);

  /** A token of that many characters is refused unread. */
  public static final int LONGEST = 8 * 1024;

  private final Map<String, JWTVerifier> byKeyId;
  private final ProvenTokens proven = new ProvenTokens();
  private final Clock clock;
  private final DenyList denied;

  /**
   * @param keys public keys by which tokens may be signed: one, or two while they are rotated
   */
  public TokenVerifier(Audience audience, List<SigningKey.VerifyKey> keys, Clock clock) {
    this(audience, keys, DenyList.NOBODY, clock);
  }

  /** The same, and refuses what is on that list. */
  public TokenVerifier(
      Audience audience, List<SigningKey.VerifyKey> keys, DenyList denied, Clock clock) {
    this.denied = denied;
    this.clock = clock;
    byKeyId =
        keys.stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    SigningKey.VerifyKey::id, key -> verifier(audience, key, clock)));
  }

  private static JWTVerifier verifier(Audience audience, SigningKey.VerifyKey key, Clock clock) {
    var building =
        (com.auth0.jwt.JWTVerifier.BaseVerification)
            JWT.require(Algorithm.ECDSA256(key.key(), null))
                .withIssuer(TokenIssuer.ISSUER)
                .withAudience(audience.word())
                .withClaimPresence("sub")
                .withClaimPresence("exp")
                .acceptLeeway(CLOCK_SKEW.toSeconds());
    return building.build(clock);
  }

  /** Who the token speaks for, or why it is refused. */
  public Caller verify(BearerToken token) throws TokenRefused {
    if (token.reveal().length() > LONGEST) {
      throw new TokenRefused("the token is longer than %d characters".formatted(LONGEST));
    }
    Caller known = proven.find(token);
    if (known != null && !clock.instant().minus(CLOCK_SKEW).isAfter(known.expires())) {
      return known;
    }
    try {
      DecodedJWT unproven = JWT.decode(token.reveal());
      JWTVerifier verifier = unproven.getKeyId() == null ? null : byKeyId.get(unproven.getKeyId());
      if (verifier == null) {
        throw new TokenRefused("the token names no key that is trusted here");
      }
      Caller caller = caller(verifier.verify(unproven));
      proven.add(token, caller);
      return caller;
    } catch (TokenExpiredException e) {
      throw new TokenRefused("the token has expired");
    } catch (JWTVerificationException e) {
      throw new TokenRefused("the token is not one that is trusted here");
    }
  }

  private Caller caller(DecodedJWT proven) throws TokenRefused {
    String subject = proven.getSubject();
    Instant expires = proven.getExpiresAtAsInstant();
    String scope = proven.getClaim("scope").asString();
    if (subject == null || subject.isBlank() || expires == null) {
      throw new TokenRefused("the token lacks a subject or an end");
    }
    if (denied.holds(subject, String.valueOf(proven.getId()))) {
      throw new TokenRefused("the token has been withdrawn");
    }
    Set<Scope> scopes =
        Arrays.stream((scope == null ? "" : scope).split(" ", -1))
            .map(Scope::of)
            .flatMap(Optional::stream)
            .collect(Collectors.toUnmodifiableSet());
    List<String> groups = proven.getClaim("groups").asList(String.class);
    Set<String> named =
        groups == null
            ? Set.of()
            : groups.stream().filter(Objects::nonNull).collect(Collectors.toUnmodifiableSet());
    return new Caller(subject, named, scopes, expires);
  }
}
