package org.newci.cli.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.auth.Audience;
import org.newci.auth.BearerToken;
import org.newci.auth.Scope;
import org.newci.auth.SigningKey.VerifyKey;
import org.newci.auth.TokenRefused;
import org.newci.auth.TokenVerifier;
import org.newci.cli.CommandFailed;

/** Signing keys are rotated, and tokens withdrawn, in the secrets of those who check tokens. */
class TokenKeysTest {

  @TempDir private Path temp;
  private final Clock clock = Clock.systemUTC();
  private DataFolder folder;
  private TokenKeys keys;

  @BeforeEach
  void setUp() {
    folder = new DataFolder(temp.resolve("data"));
    new SetUp(folder, clock).ensure();
    keys = new TokenKeys(folder, clock);
  }

  private BearerToken ann() {
    return new ComponentTokens(folder, clock)
        .issue("ann", Set.of("core"), Set.of(Scope.CD_POST), Duration.ofHours(1));
  }

  private String subjectOf(BearerToken token) throws Exception {
    try (var files = Files.list(folder.secrets(Part.CONTROLLER))) {
      List<VerifyKey> trusted =
          files
              .filter(file -> file.getFileName().toString().startsWith("verify-"))
              .map(file -> VerifyKey.fromPem(PrivateFiles.read(file)))
              .toList();
      return new TokenVerifier(Audience.CONTROLLER, trusted, clock).verify(token).subject();
    }
  }

  @Test
  void bothKeysAreGoodUntilTheOldOneIsDropped() throws Exception {
    BearerToken before = ann();
    String id = keys.rotate();
    BearerToken after = ann();
    assertThat(subjectOf(before)).isEqualTo("ann");
    assertThat(subjectOf(after)).isEqualTo("ann");
    assertThatThrownBy(keys::rotate)
        .isInstanceOf(CommandFailed.class)
        .hasMessageContaining("--drop-old");
    assertThat(keys.dropOld()).hasSize(1).doesNotContain(id);
    assertThat(subjectOf(after)).isEqualTo("ann");
    assertThatThrownBy(() -> subjectOf(before)).isInstanceOf(TokenRefused.class);
    assertThat(keys.dropOld()).isEmpty();
    keys.rotate();
  }

  @Test
  void theComponentsGetTokensOfTheNewKey() {
    Path token = folder.secrets(Part.CONTROLLER).resolve("token.jwt");
    String before = PrivateFiles.read(token);
    keys.rotate();
    assertThat(PrivateFiles.read(token)).isNotEqualTo(before);
    assertThat(folder.secrets(Part.RUNNER).resolve("token.jwt")).doesNotExist();
  }

  @Test
  void whatIsDeniedStandsWithEveryComponentThatChecks() {
    keys.deny("sub ann");
    keys.deny("jti 123");
    keys.deny("sub ann");
    for (Part part : Part.values()) {
      Path list = folder.secrets(part).resolve("denied");
      if (part.checksTokens()) {
        assertThat(list).hasContent("sub ann\njti 123");
      } else {
        assertThat(list).doesNotExist();
      }
    }
    assertThat(keys.allow("sub ann")).isTrue();
    assertThat(keys.allow("sub ann")).isFalse();
    assertThatThrownBy(() -> keys.deny("ann")).hasMessageContaining("'ann'");
  }
}
