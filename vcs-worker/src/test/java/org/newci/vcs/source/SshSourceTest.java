package org.newci.vcs.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.neighbours.GitCommand;
import org.newci.neighbours.NeedsProgram;
import org.newci.neighbours.OpenSsh;
import org.newci.vcs.source.SourceFailure.Kind;
import org.newci.vcs.transport.HermeticJGit;

/** Against a real OpenSSH server. */
@NeedsProgram({"git", "sshd", "ssh-keygen"})
class SshSourceTest {

  @TempDir private Path temp;
  private OpenSsh sshd;
  private GitCommand source;
  private String commit;
  private SourceCache cache;
  private Path secrets;

  @BeforeEach
  void start() throws IOException {
    HermeticJGit.install();
    source = GitCommand.init(temp.resolve("src/hello"));
    commit = source.commit("a.txt", "1");
    Path ssh = Files.createDirectories(temp.resolve("sshd"));
    sshd = OpenSsh.start(ssh);
    secrets = Files.createDirectories(temp.resolve("secrets"));
    Files.copy(sshd.userKey(), secrets.resolve("id_ed25519"));
    Files.writeString(secrets.resolve("known_hosts"), sshd.knownHost());
    cache = cache(Set.of("ssh"), secrets);
  }

  private SourceCache cache(Set<String> loopback, Path folder) {
    FetchLimits limits =
        new FetchLimits(Duration.ofSeconds(2), Duration.ofSeconds(3), Duration.ofSeconds(20));
    return new SourceCache(
        temp.resolve("cache"),
        new Sources(new AllowedAddresses(loopback), limits, folder, new OkHttpClient()));
  }

  @AfterEach
  void stop() {
    sshd.close();
  }

  private SourceCache.Fetched fetch(String url) throws Exception {
    return cache.fetch(SourceUrl.parse(url), WantedRef.parse("main"), null);
  }

  private void assertFails(String url, Kind kind, String said) {
    assertThatThrownBy(() -> fetch(url))
        .isInstanceOfSatisfying(
            SourceFailure.class,
            failure -> assertThat(failure.kind()).as(failure.toString()).isEqualTo(kind))
        .hasMessageContaining(said);
  }

  @Test
  void aBranchComesOverSshWithThePinnedKey() throws Exception {
    assertThat(fetch(sshd.url(source.folder())).commit().name()).isEqualTo(commit);
    String next = source.commit("b.txt", "2");
    assertThat(fetch(sshd.url(source.folder())).commit().name()).isEqualTo(next);
  }

  @Test
  void aHostKeyThatIsNotPinnedOrHasChangedIsSaid() throws Exception {
    sshd = sshd.withAnotherHostKey();
    assertFails(sshd.url(source.folder()), Kind.HOST_KEY, "another one than the pinned");
    Files.delete(secrets.resolve("known_hosts"));
    assertFails(sshd.url(source.folder()), Kind.HOST_KEY, "not pinned");
  }

  @Test
  void aServerThatDoesNotKnowOurKeyIsSaid() throws Exception {
    Files.delete(secrets.resolve("id_ed25519"));
    assertFails(sshd.url(source.folder()), Kind.NEEDS_CREDENTIALS, "SSH keys");
  }

  @Test
  void aRepositoryThatIsNotThereIsSaid() {
    assertFails(sshd.url(temp.resolve("none")), Kind.REPOSITORY_NOT_FOUND, "no repository");
  }

  @Test
  void aSilentServerIsGivenUp() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      assertFails(
          "ssh://git@127.0.0.1:%d/x".formatted(silent.getLocalPort()),
          Kind.TIMEOUT,
          "did not answer");
    }
  }

  @Test
  void theLoopbackIsRefusedForSshAlsoWithTheFlag() {
    cache = cache(AllowedAddresses.of(true).loopback(), secrets);
    assertFails(sshd.url(source.folder()), Kind.ADDRESS_REFUSED, "127.0.0.1");
  }
}
