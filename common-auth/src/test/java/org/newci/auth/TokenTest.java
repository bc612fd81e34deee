package org.newci.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class TokenTest {

  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  private final SigningKey key = SigningKey.generate();
  private final Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
  private final TokenVerifier controller =
      new TokenVerifier(Audience.CONTROLLER, List.of(key.verifyKey()), clock);

  @Test
  void aGoodTokenNamesItsCallerAndScopes() throws TokenRefused {
    Caller caller = controller.verify(issue(key, clock, Scope.CD_POST, Scope.BLOBS_GET));
    assertThat(caller.subject()).isEqualTo("ann");
    assertThat(caller.scopes()).containsExactlyInAnyOrder(Scope.CD_POST, Scope.BLOBS_GET);
    assertThat(caller.may(Scope.DEPLOY_POST)).isFalse();
    assertThat(caller.expires()).isEqualTo(NOW.plusSeconds(3600));
  }

  @Test
  void aTokenForAnotherServiceIsRefused() {
    refused(issue(key, clock, Scope.BLOBS_GET));
  }

  @Test
  void anExpiredTokenIsRefusedAfterTheSkew() throws TokenRefused {
    BearerToken token = issue(key, clock, Scope.CD_POST);
    Clock justAfter = Clock.offset(clock, Duration.ofSeconds(3650));
    Clock later = Clock.offset(clock, Duration.ofSeconds(3670));
    assertThat(at(justAfter).verify(token).subject()).isEqualTo("ann");
    assertThatThrownBy(() -> at(later).verify(token)).hasMessageContaining("expired");
  }

  /** What was proven once is not proven again; that it ends is still seen. */
  @Test
  void aTokenThatWasGoodIsRefusedWhenItIsOver() throws TokenRefused {
    AtomicReference<Instant> now = new AtomicReference<>(NOW);
    InstantSource source = now::get;
    TokenVerifier verifier =
        new TokenVerifier(
            Audience.CONTROLLER, List.of(key.verifyKey()), source.withZone(ZoneOffset.UTC));
    BearerToken token = issue(key, clock, Scope.CD_POST);
    Caller first = verifier.verify(token);
    assertThat(verifier.verify(token)).isSameAs(first);
    now.set(NOW.plusSeconds(3660));
    assertThat(verifier.verify(token)).isSameAs(first);
    now.set(NOW.plusSeconds(3661));
    assertThatThrownBy(() -> verifier.verify(token)).hasMessageContaining("expired");
    now.set(NOW);
    String[] parts = token.reveal().split("\\.", -1);
    String other = issue(key, clock, Scope.BLOBS_GET, Scope.CD_POST).reveal();
    BearerToken forged =
        BearerToken.of(parts[0] + "." + other.split("\\.", -1)[1] + "." + parts[2]);
    assertThatThrownBy(() -> verifier.verify(forged)).isInstanceOf(TokenRefused.class);
  }

  @Test
  void soManyProvenTokensAreRememberedAndNoMore() {
    ProvenTokens proven = new ProvenTokens();
    Caller caller = new Caller("ann", Set.of(), Set.of(), NOW);
    BearerToken first = BearerToken.of("t0");
    for (int i = 0; i <= ProvenTokens.MOST; i++) {
      proven.add(BearerToken.of("t" + i), caller);
      assertThat(proven.find(first)).isEqualTo(caller);
    }
    assertThat(proven.size()).isEqualTo(ProvenTokens.MOST);
    assertThat(proven.find(BearerToken.of("t1"))).isNull();
  }

  @Test
  void aForgedTokenIsRefused() {
    refused(issue(SigningKey.generate(), clock, Scope.CD_POST));
    BearerToken good = issue(key, clock, Scope.CD_POST);
    String[] parts = good.reveal().split("\\.", -1);
    String other = issue(SigningKey.generate(), clock, Scope.CD_POST).reveal().split("\\.", -1)[2];
    refused(BearerToken.of(parts[0] + "." + parts[1] + "." + other));
  }

  @Test
  void algNoneAndTheHmacTrickAreRefused() {
    String id = key.verifyKey().id();
    refused(BearerToken.of(base(JWT.create()).withKeyId(id).sign(Algorithm.none())));
    byte[] publicKey = key.verifyKey().toPem().getBytes(StandardCharsets.US_ASCII);
    refused(BearerToken.of(base(JWT.create()).withKeyId(id).sign(Algorithm.HMAC256(publicKey))));
  }

  @Test
  void otherIssuerNoSubjectNoEndAndRubbishAreRefused() {
    Algorithm sign = Algorithm.ECDSA256(key.verifyKey().key(), key.secret());
    String id = key.verifyKey().id();
    refused(BearerToken.of(base(JWT.create()).withKeyId(id).withIssuer("other").sign(sign)));
    refused(BearerToken.of(base(JWT.create()).withKeyId(id).withSubject(null).sign(sign)));
    refused(
        BearerToken.of(base(JWT.create()).withKeyId(id).withExpiresAt((Instant) null).sign(sign)));
    refused(BearerToken.of("rubbish"));
    refused(BearerToken.of("a.b.c"));
    refused(BearerToken.of("x".repeat(10_000)));
  }

  @Test
  void twoKeysAreTrustedWhileTheyAreRotated() throws TokenRefused {
    SigningKey next = SigningKey.generate();
    TokenVerifier both =
        new TokenVerifier(Audience.CONTROLLER, List.of(key.verifyKey(), next.verifyKey()), clock);
    assertThat(both.verify(issue(key, clock, Scope.CD_POST)).subject()).isEqualTo("ann");
    assertThat(both.verify(issue(next, clock, Scope.CD_POST)).subject()).isEqualTo("ann");
  }

  @Test
  void keysSurviveTheirPemForm() throws TokenRefused {
    SigningKey read = SigningKey.fromPem(key.toPem());
    assertThat(controller.verify(issue(read, clock, Scope.CD_POST)).subject()).isEqualTo("ann");
    assertThat(SigningKey.VerifyKey.fromPem(key.verifyKey().toPem())).isEqualTo(key.verifyKey());
    assertThatThrownBy(() -> SigningKey.fromPem("nothing"))
        .hasMessageContaining("no PRIVATE KEY block");
  }

  @Test
  void secretsPrintSafely() {
    BearerToken token = issue(key, clock, Scope.CD_POST);
    assertThat(token.toString()).doesNotContain(token.reveal());
    assertThat(key.toString()).isEqualTo("SigningKey[" + key.verifyKey().id() + "]");
  }

  @Test
  void scopeWordsAreAsInTheDesign() {
    assertThat(Scope.of("cd:post")).hasValue(Scope.CD_POST);
    assertThat(Scope.of("blobs:get")).hasValue(Scope.BLOBS_GET);
    assertThat(Scope.of("root")).isEmpty();
    assertThat(Audience.VCS_WORKER.word()).isEqualTo("vcs-worker");
  }

  private static com.auth0.jwt.JWTCreator.Builder base(com.auth0.jwt.JWTCreator.Builder builder) {
    return builder
        .withIssuer("newci")
        .withSubject("ann")
        .withAudience("controller")
        .withClaim("scope", "cd:post")
        .withExpiresAt(NOW.plusSeconds(60));
  }

  private TokenVerifier at(Clock when) {
    return new TokenVerifier(Audience.CONTROLLER, List.of(key.verifyKey()), when);
  }

  private void refused(BearerToken token) {
    assertThatThrownBy(() -> controller.verify(token))
        .as(Base64.getEncoder().encodeToString(token.reveal().getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(TokenRefused.class);
  }

  private static BearerToken issue(SigningKey key, Clock clock, Scope... scopes) {
    return new TokenIssuer(key, clock).issue("ann", Set.of(scopes), Duration.ofHours(1));
  }

  @Test
  void groupsComeThroughAndHaveLimits() throws TokenRefused {
    TokenIssuer issuer = new TokenIssuer(key, clock);
    Set<Scope> scopes = Set.of(Scope.CD_POST);
    BearerToken token = issuer.issue("ann", Set.of("core", "ext-a"), scopes, Duration.ofHours(1));
    assertThat(controller.verify(token).groups()).containsExactlyInAnyOrder("core", "ext-a");
    assertThat(controller.verify(issue(key, clock, Scope.CD_POST)).groups()).isEmpty();
    assertThatThrownBy(() -> issuer.issue("ann", Set.of("a b"), scopes, Duration.ofHours(1)))
        .hasMessageContaining("'a b'");
  }

  @Test
  void withdrawnTokensAreRefusedBySubjectAndById() throws TokenRefused {
    BearerToken token = issue(key, clock, Scope.CD_POST);
    String id = JWT.decode(token.reveal()).getId();
    for (String line : List.of("sub ann", "# a comment\n\n jti " + id)) {
      assertThatThrownBy(() -> denying(line).verify(token)).hasMessageContaining("withdrawn");
    }
    assertThat(denying("sub bob\njti other").verify(token).subject()).isEqualTo("ann");
    assertThatThrownBy(() -> DenyList.parse("sub ann\nbob"))
        .hasMessageContaining("line 2")
        .hasMessageContaining("'bob'");
  }

  private TokenVerifier denying(String list) {
    return new TokenVerifier(
        Audience.CONTROLLER, List.of(key.verifyKey()), DenyList.parse(list), clock);
  }
}
