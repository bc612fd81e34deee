package org.newci.shell.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.auth.Audience;
import org.newci.auth.BearerToken;
import org.newci.auth.Scope;
import org.newci.auth.SigningKey;
import org.newci.auth.TokenIssuer;
import org.newci.auth.TokenRefused;
import org.newci.shell.config.ComponentHome;

/** Keys and the deny list change while a service runs. */
class TrustedTokensTest {

  @TempDir private Path dir;
  private final SigningKey first = SigningKey.generate();
  private final SigningKey second = SigningKey.generate();
  private ComponentHome home;

  @BeforeEach
  void write() throws IOException {
    home = new ComponentHome(dir);
    Files.createDirectories(home.secrets());
    trust(first);
  }

  private void trust(SigningKey key) throws IOException {
    Files.writeString(file(key), key.verifyKey().toPem());
  }

  private Path file(SigningKey key) {
    return home.secrets().resolve("verify-" + key.verifyKey().id() + ".pem");
  }

  private static BearerToken token(SigningKey key) {
    return new TokenIssuer(key, Clock.systemUTC())
        .issue("ann", Set.of(Scope.CD_POST), Duration.ofMinutes(1));
  }

  @Test
  void keysAreRotatedWithoutARestart() throws Exception {
    TrustedTokens trusted = trusted();
    assertThatThrownBy(() -> trusted.get().verify(token(second))).isInstanceOf(TokenRefused.class);
    trust(second);
    assertThat(trusted.get().verify(token(first)).subject()).isEqualTo("ann");
    assertThat(trusted.get().verify(token(second)).subject()).isEqualTo("ann");
    Files.delete(file(first));
    assertThatThrownBy(() -> trusted.get().verify(token(first))).isInstanceOf(TokenRefused.class);
  }

  @Test
  void aTokenIsWithdrawnAndGivenBackWithoutARestart() throws Exception {
    TrustedTokens trusted = trusted();
    Files.writeString(home.denyList(), "sub ann\n");
    assertThatThrownBy(() -> trusted.get().verify(token(first))).hasMessageContaining("withdrawn");
    Files.writeString(home.denyList(), "sub bob\n");
    assertThat(trusted.get().verify(token(first)).subject()).isEqualTo("ann");
  }

  @Test
  void aBrokenDenyListKeepsTheOneBeforeIt() throws Exception {
    Files.writeString(home.denyList(), "sub ann\n");
    TrustedTokens trusted = trusted();
    Files.writeString(home.denyList(), "what is this\n");
    assertThatThrownBy(() -> trusted.get().verify(token(first))).hasMessageContaining("withdrawn");
    assertThatThrownBy(this::trusted).hasMessageContaining("line 1");
  }

  @Test
  void oldFilesAreNotReadForEachRequest() throws Exception {
    FileTime longAgo = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));
    Files.setLastModifiedTime(home.secrets(), longAgo);
    TrustedTokens trusted = trusted();
    assertThat(trusted.get()).isSameAs(trusted.get());
  }

  @Test
  void aComponentWithoutKeysDoesNotStart() throws Exception {
    Files.delete(file(first));
    assertThatThrownBy(this::trusted).hasMessageContaining("verify-*.pem");
  }

  private TrustedTokens trusted() {
    return new TrustedTokens(Audience.CONTROLLER, home, Clock.systemUTC());
  }
}
