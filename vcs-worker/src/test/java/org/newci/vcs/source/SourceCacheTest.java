package org.newci.vcs.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import okhttp3.OkHttpClient;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.newci.neighbours.GitCommand;
import org.newci.neighbours.GitDaemon;
import org.newci.neighbours.GitHttpBackend;
import org.newci.neighbours.NativeProcess;
import org.newci.neighbours.NeedsProgram;
import org.newci.vcs.source.SourceFailure.Kind;
import org.newci.vcs.transport.HermeticJGit;

/** Against the real servers of git: each test of a ref runs over git:// and over http://. */
@NeedsProgram("git")
class SourceCacheTest {

  private static final FetchLimits SHORT =
      new FetchLimits(Duration.ofSeconds(2), Duration.ofSeconds(2), Duration.ofSeconds(20));

  @TempDir private Path temp;
  private GitDaemon daemon;
  private GitHttpBackend backend;
  private GitCommand source;
  private String first;
  private SourceCache cache;

  @BeforeEach
  void start() {
    HermeticJGit.install();
    source = GitCommand.init(temp.resolve("src/hello"));
    first = source.commit("a.txt", "1");
    daemon = GitDaemon.serve(temp.resolve("src"), temp.resolve("daemon.log"));
    backend = GitHttpBackend.serve(temp.resolve("src"));
    cache = cache(AllowedAddresses.of(true), SHORT);
  }

  @AfterEach
  void stop() {
    daemon.close();
    backend.close();
  }

  private SourceCache cache(AllowedAddresses allowed, FetchLimits limits) {
    return new SourceCache(
        temp.resolve("cache"),
        new Sources(allowed, limits, temp.resolve("no-ssh"), new OkHttpClient()));
  }

  private SourceCache.Fetched fetch(String url, String ref) throws Exception {
    return cache.fetch(SourceUrl.parse(url), WantedRef.parse(ref), null);
  }

  private String url(String scheme) {
    return scheme.equals("git") ? daemon.url("hello") : backend.url("hello/.git");
  }

  private void assertWhole(SourceCache.Fetched fetched, int commits) throws IOException {
    try (Repository repository = SourceCache.open(fetched.repository());
        RevWalk walk = new RevWalk(repository)) {
      walk.markStart(walk.parseCommit(fetched.commit()));
      assertThat(walk).hasSize(commits);
    }
  }

  private void assertFails(String url, String ref, Kind kind, String... said) {
    assertThatThrownBy(() -> fetch(url, ref))
        .isInstanceOfSatisfying(
            SourceFailure.class,
            failure -> {
              assertThat(failure.kind()).as(failure.toString()).isEqualTo(kind);
              assertThat(failure).hasMessageContainingAll(said);
              assertThat(failure.getMessage()).endsWith(".").doesNotContain("Exception");
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"git", "http"})
  void aBranchATagAndACommit(String scheme) throws Exception {
    String second = source.commit("b.txt", "2");
    source.run("tag", "plain", first);
    source.run("tag", "-a", "-m", "a note", "v1", first);
    assertThat(fetch(url(scheme), "main").commit().name()).isEqualTo(second);
    assertThat(fetch(url(scheme), "refs/heads/main").commit().name()).isEqualTo(second);
    assertThat(fetch(url(scheme), "plain").commit().name()).isEqualTo(first);
    assertThat(fetch(url(scheme), "v1").commit().name()).isEqualTo(first);
    assertWhole(fetch(url(scheme), second), 2);
  }

  /** A full disk, or a loss of power, when a source came for the first time. */
  @Test
  void aCacheThatWasLeftHalfMadeIsMadeAnew() throws Exception {
    Path made = fetch(url("git"), "main").repository();
    Files.delete(made.resolve("config"));
    assertThat(made.resolve("refs")).isDirectory();
    assertWhole(fetch(url("git"), "main"), 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"git", "http"})
  void aFullCommitIdIsFetchedByItself(String scheme) throws Exception {
    source.run("checkout", "--quiet", "-b", "side");
    String side = source.commit("side.txt", "x");
    source.run("checkout", "--quiet", "main");
    SourceCache.Fetched fetched = fetch(url(scheme), side);
    assertThat(fetched.commit().name()).isEqualTo(side);
    assertWhole(fetched, 2);
    try (Repository repository = SourceCache.open(fetched.repository())) {
      assertThat(repository.exactRef("refs/newci/" + side)).isNotNull();
    }
  }

  @Test
  void aBranchComesBeforeATagOfTheSameName() throws Exception {
    String second = source.commit("b.txt", "2");
    source.run("branch", "both", second);
    source.run("tag", "both", first);
    assertThat(fetch(url("git"), "both").commit().name()).isEqualTo(second);
    assertThat(fetch(url("git"), "refs/tags/both").commit().name()).isEqualTo(first);
  }

  @ParameterizedTest
  @ValueSource(strings = {"git", "http"})
  void aRewrittenBranchIsFollowed(String scheme) throws Exception {
    source.commit("b.txt", "2");
    fetch(url(scheme), "main");
    source.run("reset", "--quiet", "--hard", first);
    String other = source.commit("b.txt", "3");
    SourceCache.Fetched fetched = fetch(url(scheme), "main");
    assertThat(fetched.commit().name()).isEqualTo(other);
    assertWhole(fetched, 2);
  }

  @Test
  void aBranchMayBecomeAFolderOfBranches() throws Exception {
    source.run("branch", "a", first);
    fetch(url("git"), "a");
    source.run("branch", "-D", "a");
    source.run("branch", "a/b", first);
    assertThat(fetch(url("git"), "a/b").commit().name()).isEqualTo(first);
  }

  @ParameterizedTest
  @ValueSource(strings = {"git", "http"})
  void theSecondFetchBringsOnlyWhatIsNew(String scheme) throws Exception {
    source.commit("big.bin", noise(2_000_000));
    Path folder = fetch(url(scheme), "main").repository();
    long before = packBytes(folder);
    source.commit("small.txt", "x");
    SourceCache.Fetched second = fetch(url(scheme), "main");
    assertThat(packBytes(folder) - before).isBetween(1L, 20_000L);
    assertWhole(second, 3);
    long same = packBytes(folder);
    assertThat(fetch(url(scheme), "main").action()).contains("here already");
    assertThat(packBytes(folder)).isEqualTo(same);
  }

  @Test
  void aPinnedCommitThatIsHereNeedsNoServer() throws Exception {
    fetch(url("git"), "main");
    daemon.close();
    SourceCache.Fetched again =
        cache.fetch(
            SourceUrl.parse(daemon.url("hello")),
            WantedRef.parse("main"),
            ObjectId.fromString(first));
    assertThat(again.commit().name()).isEqualTo(first);
  }

  @ParameterizedTest
  @ValueSource(strings = {"git", "http"})
  void whatIsNotThereIsSaid(String scheme) {
    String none = "0123456789012345678901234567890123456789";
    assertFails(url(scheme), "nowhere", Kind.REF_NOT_FOUND, "nowhere", url(scheme));
    assertFails(url(scheme), none, Kind.REF_NOT_FOUND, none);
    assertFails(url(scheme), first.substring(0, 8), Kind.SHORT_COMMIT_ID, "all 40 digits");
    String nothing = scheme.equals("git") ? daemon.url("none") : backend.url("none.git");
    assertFails(nothing, "main", Kind.REPOSITORY_NOT_FOUND, nothing);
  }

  @Test
  void aTagOfSomethingElseIsNoCommit() {
    source.run("tag", "tree", source.run("rev-parse", "HEAD^{tree}"));
    assertFails(url("git"), "tree", Kind.REF_NOT_FOUND, "does not name a commit");
  }

  @Test
  void aServerThatRefusesTheConnectionIsSaid() {
    int port = NativeProcess.freePort();
    assertFails("git://127.0.0.1:%d/x".formatted(port), "main", Kind.UNREACHABLE, "refused");
    assertFails("http://127.0.0.1:%d/x".formatted(port), "main", Kind.UNREACHABLE, "refused");
    assertFails("http://no-such-host.invalid/x", "main", Kind.UNREACHABLE, "no-such-host.invalid");
  }

  @ParameterizedTest
  @ValueSource(strings = {"git", "http"})
  void aServerThatIsSilentIsGivenUp(String scheme) throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      long began = System.nanoTime();
      assertFails(
          "%s://127.0.0.1:%d/x".formatted(scheme, silent.getLocalPort()),
          "main",
          Kind.TIMEOUT,
          "did not answer");
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
    }
  }

  @Test
  void theWholeFetchHasADeadline() throws Exception {
    FetchLimits whole =
        new FetchLimits(Duration.ofSeconds(2), Duration.ofSeconds(60), Duration.ofSeconds(1));
    cache = cache(AllowedAddresses.of(true), whole);
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      for (String scheme : List.of("git", "http")) {
        assertFails(
            "%s://127.0.0.1:%d/x".formatted(scheme, silent.getLocalPort()),
            "main",
            Kind.TIMEOUT,
            "took longer than 1 s");
      }
    }
  }

  @Test
  void aServerThatWantsCredentialsIsSaid() {
    try (GitHttpBackend locked = GitHttpBackend.serve(temp.resolve("src"), "geheim")) {
      assertFails(locked.url("hello/.git"), "main", Kind.NEEDS_CREDENTIALS, "credentials");
    }
  }

  @Test
  void theLoopbackIsRefusedUnlessAllowed() {
    cache = cache(AllowedAddresses.of(false), SHORT);
    assertFails(url("git"), "main", Kind.ADDRESS_REFUSED, "127.0.0.1");
    assertFails(url("http"), "main", Kind.ADDRESS_REFUSED, "127.0.0.1");
  }

  @Test
  void aRedirectToARefusedAddressIsNotFollowed() throws Exception {
    try (Redirecting redirecting = new Redirecting("http://10.0.0.1/hello.git/info/refs")) {
      assertFails(redirecting.url(), "main", Kind.ADDRESS_REFUSED, "10.0.0.1");
    }
  }

  private static String noise(int length) {
    StringBuilder text = new StringBuilder(length);
    java.util.Random random = new java.util.Random(1);
    while (text.length() < length) {
      text.append((char) ('!' + random.nextInt(90)));
    }
    return text.toString();
  }

  private static long packBytes(Path repository) throws IOException {
    try (Stream<Path> files = Files.walk(repository.resolve("objects"))) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }
}
