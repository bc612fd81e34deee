package org.newci.vcs.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import okhttp3.OkHttpClient;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.neighbours.GitCommand;
import org.newci.neighbours.GitHttpBackend;
import org.newci.neighbours.NeedsProgram;
import org.newci.neighbours.OpenSsh;
import org.newci.vcs.transport.HermeticJGit;

/** Pinned addresses, places at a time, bytes, and room in the cache. */
class BordersTest {

  private static final FetchLimits LIMITS =
      new FetchLimits(Duration.ofSeconds(2), Duration.ofSeconds(3), Duration.ofSeconds(30));

  @TempDir private Path temp;

  @BeforeEach
  void install() {
    HermeticJGit.install();
  }

  private Sources sources(FetchLimits limits) {
    return new Sources(AllowedAddresses.of(true), limits, temp.resolve("ssh"), new OkHttpClient());
  }

  @Test
  void aNameIsResolvedOnceAndUsedAsItWasChecked() throws Exception {
    PinnedAddresses pinned = new PinnedAddresses(AllowedAddresses.of(true), false);
    assertThatThrownBy(() -> pinned.pinned("localhost"))
        .isInstanceOf(UnknownHostException.class)
        .hasMessageContaining("was not checked");
    var first = pinned.of("http", "localhost");
    assertThat(pinned.of("http", "localhost")).isSameAs(first);
    assertThat(pinned.pinned("localhost")).isSameAs(first);
    assertThat(pinned.isLoopback("localhost")).isTrue();
  }

  @Test
  void oneServerThatHangsHoldsUpItsOwnOnly() throws Exception {
    FetchSlots slots = new FetchSlots(2, 3);
    FetchSlots.Slot first = slots.take("slow");
    FetchSlots.Slot second = slots.take("slow");
    CountDownLatch begun = new CountDownLatch(1);
    FutureTask<FetchSlots.Slot> third =
        new FutureTask<>(
            () -> {
              begun.countDown();
              return slots.take("slow");
            });
    Thread waiting = Thread.ofVirtual().start(third);
    begun.await();
    Awaitility.await().until(() -> waiting.getState() == Thread.State.WAITING);
    slots.take("good").close();
    assertThat(third.isDone()).isFalse();
    first.close();
    third.get().close();
    second.close();
  }

  @Test
  @NeedsProgram("git")
  void aSourceThatSendsTooMuchIsCutOff() throws Exception {
    byte[] noise = new byte[300_000];
    new java.util.Random(1).nextBytes(noise);
    GitCommand.init(temp.resolve("src/big"))
        .commit("noise", java.util.Base64.getEncoder().encodeToString(noise));
    try (GitHttpBackend served = GitHttpBackend.serve(temp.resolve("src"))) {
      SourceCache cache = new SourceCache(temp.resolve("c"), sources(LIMITS.withBytes(100_000)));
      assertThatThrownBy(
              () -> cache.fetch(SourceUrl.parse(served.url("big")), WantedRef.parse("main"), null))
          .isInstanceOfSatisfying(
              SourceFailure.class,
              e -> assertThat(e.kind()).isEqualTo(SourceFailure.Kind.TOO_LARGE));
    }
  }

  @Test
  @NeedsProgram("git")
  void whatWasUsedLongestAgoMakesRoomUnlessItIsInUse() throws Exception {
    for (String name : new String[] {"a", "b", "c"}) {
      GitCommand.init(temp.resolve("src/" + name)).commit("file", name);
    }
    try (GitHttpBackend served = GitHttpBackend.serve(temp.resolve("src"))) {
      SourceCache cache = new SourceCache(temp.resolve("c"), sources(LIMITS), 1);
      SourceCache.Fetched a = fetch(cache, served.url("a"));
      SourceCache.Fetched b = fetch(cache, served.url("b"));
      assertThat(folders()).as("both are in use").isEqualTo(2);
      a.close();
      SourceCache.Fetched c = fetch(cache, served.url("c"));
      assertThat(a.repository()).doesNotExist();
      assertThat(b.repository()).exists();
      b.close();
      c.close();
    }
  }

  @Test
  @NeedsProgram("git")
  void manyPacksBecomeOne() throws Exception {
    GitCommand source = GitCommand.init(temp.resolve("src/a"));
    try (GitHttpBackend served = GitHttpBackend.serve(temp.resolve("src"))) {
      SourceCache cache = new SourceCache(temp.resolve("c"), sources(LIMITS));
      Path packs = temp;
      String commit = "";
      for (int i = 0; i < 22; i++) {
        commit = source.commit("file", "number " + i);
        try (var fetched = fetch(cache, served.url("a"))) {
          packs = fetched.repository().resolve("objects/pack");
        }
      }
      try (Stream<Path> files = Files.list(packs)) {
        assertThat(files.filter(file -> file.toString().endsWith(".pack")).count()).isLessThan(3);
      }
      try (var again = fetch(cache, served.url("a"))) {
        assertThat(again.commit().name()).isEqualTo(commit);
      }
    }
  }

  @Test
  @NeedsProgram({"git", "sshd", "ssh-keygen"})
  void aCredentialHasItsOwnKeyAndItsOwnKnownHosts() throws Exception {
    GitCommand source = GitCommand.init(temp.resolve("src/a"));
    String commit = source.commit("a", "1");
    try (OpenSsh sshd = OpenSsh.start(Files.createDirectories(temp.resolve("sshd")))) {
      Path folder = Files.createDirectories(temp.resolve("credentials/deploy"));
      Files.writeString(folder.resolve("hosts"), "127.0.0.1:" + sshd.port() + "\n");
      Files.copy(sshd.userKey(), folder.resolve("id_ed25519"));
      Files.writeString(folder.resolve("known_hosts"), sshd.knownHost());
      SourceUrl url = SourceUrl.parse(sshd.url(source.folder()));
      Credentials credentials = new Credentials(temp.resolve("credentials"));
      SourceCache cache = new SourceCache(temp.resolve("c"), sources(LIMITS));
      WantedRef main = WantedRef.parse("main");
      try (var fetched =
          cache.fetch(new Origin(url, credentials.of("deploy", url), true), main, null)) {
        assertThat(fetched.commit().name()).isEqualTo(commit);
      }
      Files.writeString(folder.resolve("known_hosts"), "");
      assertThatThrownBy(
              () -> cache.fetch(new Origin(url, credentials.of("deploy", url), true), main, null))
          .hasMessageContaining("not pinned");
    }
  }

  private static SourceCache.Fetched fetch(SourceCache cache, String url) throws Exception {
    return cache.fetch(SourceUrl.parse(url), WantedRef.parse("main"), null);
  }

  private long folders() throws IOException {
    try (Stream<Path> folders = Files.list(temp.resolve("c"))) {
      return folders.count();
    }
  }
}
