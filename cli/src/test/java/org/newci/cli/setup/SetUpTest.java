package org.newci.cli.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.auth.Audience;
import org.newci.auth.BearerToken;
import org.newci.auth.Caller;
import org.newci.auth.Scope;
import org.newci.auth.SigningKey;
import org.newci.auth.TokenVerifier;
import org.newci.cli.CommandFailed;

class SetUpTest {

  private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");

  @TempDir private Path temp;
  private DataFolder folder;

  @BeforeEach
  void name() {
    folder = new DataFolder(temp.resolve("data"));
  }

  private void setUpAt(Instant now) {
    new SetUp(folder, Clock.fixed(now, ZoneOffset.UTC)).ensure();
  }

  private Map<String, String> everything() throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(folder.dir())) {
      for (Path file : walk.filter(Files::isRegularFile).toList()) {
        files.put(folder.dir().relativize(file).toString(), Files.readString(file));
      }
    }
    return files;
  }

  @Test
  void onlyTheOwnerReadsSecretsAndEverybodyMayWalkToTheWorkOfJobs() throws IOException {
    setUpAt(NOW);
    try (Stream<Path> walk = Files.walk(folder.dir())) {
      for (Path path : walk.toList()) {
        String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
        boolean open = path.equals(folder.dir()) || path.equals(folder.home(Part.RUNNER));
        if (Files.isDirectory(path)) {
          assertThat(mode).as("%s", path).isEqualTo(open ? "rwx--x--x" : "rwx------");
        } else {
          assertThat(mode)
              .as("%s", path)
              .isEqualTo(path.equals(folder.ca()) ? "rw-r--r--" : "rw-------");
        }
      }
    }
  }

  @Test
  void theSecondRunChangesNothingButTokensOfThisMorning() throws IOException {
    setUpAt(NOW);
    Map<String, String> first = everything();
    setUpAt(NOW.plus(ComponentTokens.RENEWED_AFTER));
    assertThat(everything()).isEqualTo(first);
    setUpAt(NOW.plus(ComponentTokens.RENEWED_AFTER).plusSeconds(1));
    Map<String, String> second = everything();
    assertThat(second.keySet()).isEqualTo(first.keySet());
    assertThat(first.keySet().stream().filter(f -> !first.get(f).equals(second.get(f))))
        .containsExactlyInAnyOrder(
            "controller/secrets/token.jwt", "deploy-worker/secrets/token.jwt");
  }

  @Test
  void aTokenThatSaysLessThanItsComponentNeedsIsReplacedAtOnce() throws IOException {
    setUpAt(NOW);
    Path file = folder.secrets(Part.DEPLOY_WORKER).resolve("token.jwt");
    BearerToken less =
        new ComponentTokens(folder, Clock.fixed(NOW, ZoneOffset.UTC))
            .issue(Part.DEPLOY_WORKER.word(), Set.of(Scope.BLOBS_PUT), ComponentTokens.LIFETIME);
    for (String odd : List.of(less.reveal(), "no token", "a.b.c", "")) {
      Files.writeString(file, odd + "\n");
      setUpAt(NOW);
      assertThat(Files.readString(file).strip()).isNotEqualTo(odd).hasSizeGreaterThan(100);
    }
  }

  @Test
  void aKilledSetUpIsDoneAnewAndKeepsThePorts() throws IOException {
    setUpAt(NOW);
    Map<String, String> first = everything();
    Files.delete(folder.complete());
    Files.delete(folder.secrets(Part.DEPLOY_WORKER).resolve("known_hosts"));
    Files.writeString(folder.secrets(Part.CONTROLLER).resolve("verify-old.pem"), "half a ke");
    setUpAt(NOW);
    Map<String, String> second = everything();
    assertThat(second.keySet().stream().filter(name -> !name.contains("verify-")).toList())
        .isEqualTo(first.keySet().stream().filter(name -> !name.contains("verify-")).toList());
    assertThat(second).doesNotContainKey("controller/secrets/verify-old.pem");
    assertThat(second.get("ca.pem")).isNotEqualTo(first.get("ca.pem"));
    assertThat(second.get("run/ports.json")).isEqualTo(first.get("run/ports.json"));
  }

  @Test
  void certificatesAreRenewedInTheirLastThirtyDays() throws IOException {
    setUpAt(NOW);
    Path chain = folder.secrets(Part.CONTROLLER).resolve("tls.pem");
    String first = Files.readString(chain);
    setUpAt(NOW.plus(PrivateCa.LEAF).minus(Duration.ofDays(31)));
    assertThat(Files.readString(chain)).isEqualTo(first);
    setUpAt(NOW.plus(PrivateCa.LEAF).minus(Duration.ofDays(29)));
    assertThat(Files.readString(chain)).isNotEqualTo(first);
  }

  @Test
  void theComponentsTokensAllowWhatTheirWorkNeedsAndNoMore() throws Exception {
    setUpAt(NOW);
    assertThat(scopes(Part.DEPLOY_WORKER, Audience.ARTIFACT_STORE)).containsOnly(Scope.BLOBS_GET);
    assertThat(scopes(Part.CONTROLLER, Audience.VCS_WORKER))
        .contains(Scope.REPO_POST, Scope.DEPLOY_POST, Scope.BLOBS_GET)
        .doesNotContain(Scope.BLOBS_PUT, Scope.CD_POST);
    assertThat(folder.secrets(Part.RUNNER).resolve("token.jwt")).doesNotExist();
    // An earlier version gave it one.
    Path old = folder.secrets(Part.VCS_WORKER).resolve("token.jwt");
    Files.writeString(old, "a token that may write to the store");
    setUpAt(NOW);
    assertThat(old).doesNotExist();
  }

  private Set<Scope> scopes(Part part, Audience at) throws Exception {
    Path secrets = folder.secrets(Part.ARTIFACT_STORE);
    Path key;
    try (Stream<Path> files = Files.list(secrets)) {
      key = files.filter(f -> f.getFileName().toString().startsWith("verify-")).findAny().get();
    }
    Caller caller =
        new TokenVerifier(
                at,
                List.of(SigningKey.VerifyKey.fromPem(Files.readString(key))),
                Clock.fixed(NOW.plus(Duration.ofDays(89)), ZoneOffset.UTC))
            .verify(BearerToken.of(Files.readString(folder.secrets(part).resolve("token.jwt"))));
    assertThat(caller.subject()).isEqualTo(part.word());
    return caller.scopes();
  }

  @Test
  void aTakenPortIsOneSentenceThatNamesIt() throws IOException {
    setUpAt(NOW);
    Ports ports = Ports.of(folder);
    ports.requireFree(folder);
    try (ServerSocket taken =
        new ServerSocket(ports.ssh(), 1, java.net.InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> ports.requireFree(folder))
          .isInstanceOf(CommandFailed.class)
          .hasMessageContaining("Port " + taken.getLocalPort())
          .hasMessageContaining("ports.json");
    }
  }

  @Test
  void theWorkOfJobsMovesOutOfAFolderThatTheyCannotEnter() throws IOException {
    Path closed = Files.createDirectory(temp.resolve("closed"));
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
    DataFolder inside = new DataFolder(closed.resolve("data"));
    assertThat(inside.builds(true).toString()).matches("/var/tmp/newci-[0-9a-f]{12}");
    assertThat(inside.builds(false)).isEqualTo(inside.home(Part.RUNNER).resolve("builds"));
  }
}
