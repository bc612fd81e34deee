package org.newci.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.shell.edge.PathName;

/** What the deploy worker promises, whatever SSH server it meets. */
abstract class DeployContract {

  @TempDir Path dir;
  private Environment environment;
  private RunningWorker worker;

  abstract Environment environment(Path dir) throws Exception;

  @BeforeEach
  void start() throws Exception {
    environment = environment(dir.resolve("environment"));
    worker = new RunningWorker(dir, environment);
  }

  @AfterEach
  void stop() {
    worker.close();
    environment.close();
  }

  @Test
  void aBlobIsPublishedUnderItsName() throws Exception {
    byte[] bytes = new byte[3_000_000];
    new Random(1).nextBytes(bytes);
    String digest = worker.blob("foo", bytes);
    var answer = worker.deploy("foo", "foo-1.2.4");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body().path("url").asText())
        .isEqualTo(environment.site().toString().replaceAll("/$", "") + "/foo-1.2.4");
    assertThat(answer.body().path("size").asLong()).isEqualTo(bytes.length);
    assertThat(answer.body().path("sha256").asText()).isEqualTo(digest);
    assertThat(answer.body().path("changed").asBoolean()).isTrue();
    assertThat(published()).containsExactly("foo-1.2.4");
    assertThat(Files.readAllBytes(environment.folder().resolve("foo-1.2.4"))).isEqualTo(bytes);
    assertThat(uploads()).isEmpty();
  }

  @Test
  void anEmptyBlobIsPublished() throws Exception {
    worker.blob("empty", "");
    assertThat(worker.deploy("empty", "empty").status()).isEqualTo(200);
    assertThat(environment.folder().resolve("empty")).isEmptyFile();
    assertThat(worker.deploy("empty", "empty").body().path("changed").asBoolean()).isFalse();
  }

  @Test
  void anUnknownArtifactIsNamedAndNothingChanges() throws Exception {
    var unknown = worker.deploy("no such blob", "app");
    assertThat(unknown.status()).isEqualTo(404);
    assertThat(unknown.kind()).isEqualTo("artifact-not-found");
    assertThat(unknown.detail()).contains("'no such blob'");
    assertThat(worker.deploy("sha256:" + "0".repeat(64), "app").status()).isEqualTo(404);
    assertThat(published()).isEmpty();
  }

  @Test
  void onlyThePinnedBytesAreDeployed() throws Exception {
    String first = worker.blob("app", "one");
    String second = worker.blob("app", "two");
    var refused =
        worker.deploy(Map.of("artifact_id", "app", "published_name", "app", "sha256", first));
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.kind()).isEqualTo("digest-mismatch");
    assertThat(refused.detail()).contains(first, second);
    assertThat(published()).isEmpty();
    assertThat(
            worker
                .deploy(
                    Map.of(
                        "artifact_id", "sha256:" + first, "published_name", "app", "sha256", first))
                .status())
        .isEqualTo(200);
    assertThat(environment.folder().resolve("app")).hasContent("one");
  }

  @Test
  void anOlderDeploymentNeverReplacesANewer() throws Exception {
    String one = worker.blob("a", "one");
    String two = worker.blob("b", "two");
    assertThat(numbered(two, 2).status()).isEqualTo(200);
    var late = numbered(one, 1);
    assertThat(late.status()).isEqualTo(409);
    assertThat(late.kind()).isEqualTo("superseded");
    assertThat(numbered(one, 2).kind()).isEqualTo("sequence-used");
    assertThat(environment.folder().resolve("app")).hasContent("two");
    assertThat(numbered(two, 3).body().path("changed").asBoolean()).isFalse();
    assertThat(numbered(one, 2).kind()).isEqualTo("superseded");
    assertThat(worker.deploy("a", "app").status()).isEqualTo(200);
    assertThat(numbered(two, 2).kind()).isEqualTo("superseded");
    assertThat(environment.folder().resolve("app")).hasContent("one");
  }

  @Test
  void aRepeatedRequestGetsTheFirstResult() throws Exception {
    String digest = worker.blob("a", "one");
    Map<String, Object> request =
        Map.of(
            "artifact_id", "a", "published_name", "app", "build", "b1", "fence", 1, "sequence", 7);
    var first = worker.deploy(request);
    assertThat(first.body().path("changed").asBoolean()).isTrue();
    worker.blob("a", "something else since");
    var second = worker.deploy(request);
    assertThat(second.body().path("changed").asBoolean()).isFalse();
    assertThat(second.body().path("sha256").asText()).isEqualTo(digest);
    assertThat(second.body().path("url")).isEqualTo(first.body().path("url"));
    Files.delete(environment.folder().resolve("app"));
    assertThat(numbered(digest, 7).body().path("changed").asBoolean()).isTrue();
    assertThat(environment.folder().resolve("app")).hasContent("one");
  }

  @Test
  void whatACrashInterruptedIsDoneAgain() throws Exception {
    String digest = worker.blob("a", "one");
    numbered(digest, 3);
    try (Stream<Path> records = Files.list(environment.folder().resolve(".newci"))) {
      Path record = records.filter(file -> file.toString().endsWith(".json")).findAny().get();
      String text = Files.readString(record);
      Files.writeString(record, text.replace("\"published\"", "\"publishing\""));
    }
    Files.writeString(environment.folder().resolve("app"), "old");
    assertThat(numbered(worker.blob("b", "older"), 2).kind()).isEqualTo("superseded");
    assertThat(numbered(digest, 3).body().path("changed").asBoolean()).isTrue();
    assertThat(environment.folder().resolve("app")).hasContent("one");
  }

  @Test
  void namesAreLiteralOrRefused() throws Exception {
    worker.blob("a", "one");
    List<String> good =
        List.of(
            "$(touch pwned)",
            "a;b",
            "a b",
            "`id`",
            "*",
            "?",
            "a*b",
            "größe 文",
            "100%",
            "a'\"b",
            "[x]",
            "~",
            "a|b&c",
            "x".repeat(255));
    for (String name : good) {
      var answer = worker.deploy("a", name);
      assertThat(answer.status()).as(name).isEqualTo(200);
      assertThat(answer.body().path("url").asText()).endsWith("/" + PathName.encode(name));
      assertThat(worker.deploy("a", name).body().path("changed").asBoolean()).as(name).isFalse();
    }
    assertThat(published()).containsExactlyInAnyOrderElementsOf(good);
    List<String> bad =
        List.of(
            "",
            ".",
            "..",
            "a/b",
            "../a",
            "/a",
            ".hidden",
            ".newci",
            "-rf",
            "a\nb",
            "a\0b",
            "a\rb",
            "a\u007f",
            "a\u0085",
            "a\\b",
            "x".repeat(256),
            "é".repeat(128));
    for (String name : bad) {
      var answer = worker.deploy("a", name);
      assertThat(answer.status()).as(name).isEqualTo(400);
      assertThat(answer.kind()).isEqualTo("bad-name");
      assertThat(answer.detail()).contains("published_name");
    }
    assertThat(published()).containsExactlyInAnyOrderElementsOf(good);
    assertThat(uploads()).isEmpty();
  }

  @Test
  void readersSeeOneWholeVersion() throws Exception {
    int size = 300_000;
    Path file = environment.folder().resolve("app");
    for (int i = 0; i < 4; i++) {
      byte[] bytes = new byte[size];
      Arrays.fill(bytes, (byte) i);
      worker.blob("v" + i, bytes);
    }
    worker.deploy("v0", "app");
    AtomicBoolean done = new AtomicBoolean();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Integer> reader =
          threads.submit(
              () -> {
                int reads = 0;
                do {
                  byte[] read = Files.readAllBytes(file);
                  assertThat(read).hasSize(size);
                  assertThat(read[0]).isEqualTo(read[size - 1]);
                  reads++;
                } while (!done.get());
                return reads;
              });
      for (int i = 1; i < 12; i++) {
        assertThat(worker.deploy("v" + i % 4, "app").status()).isEqualTo(200);
      }
      done.set(true);
      assertThat(reader.get()).isPositive();
    }
  }

  @Test
  void manyNamesAndManyDeploymentsOfOneNameAtATime() throws Exception {
    for (int i = 0; i < 12; i++) {
      worker.blob("v" + i, "version " + i);
    }
    List<Future<Integer>> all = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 12; i++) {
        String artifact = "v" + i;
        String name = "name" + i;
        Map<String, Object> one =
            Map.of("artifact_id", artifact, "published_name", "one", "sequence", i);
        all.add(threads.submit(() -> worker.deploy(artifact, name).status()));
        all.add(threads.submit(() -> worker.deploy(one).status()));
      }
      for (Future<Integer> answer : all) {
        assertThat(answer.get()).isIn(200, 409);
      }
    }
    for (int i = 0; i < 12; i++) {
      assertThat(environment.folder().resolve("name" + i)).hasContent("version " + i);
    }
    assertThat(environment.folder().resolve("one")).hasContent("version 11");
    await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(uploads()).isEmpty());
  }

  @Test
  void anotherHostKeyIsRefusedAndNothingIsSent() throws Exception {
    worker.blob("a", "one");
    environment.changeHostKey();
    var changed = worker.deploy("a", "app");
    assertThat(changed.status()).isEqualTo(502);
    assertThat(changed.kind()).isEqualTo("host-key-changed");
    assertThat(changed.detail()).contains("another host key", "nothing was sent");
    Files.writeString(worker.home.resolve("secrets/known_hosts"), "");
    var unknown = worker.deploy("a", "app");
    assertThat(unknown.kind()).isEqualTo("host-key-unknown");
    assertThat(unknown.detail()).contains("not in known_hosts", "nothing was sent");
    assertThat(environment.folder().resolve("app")).doesNotExist();
    Files.writeString(worker.home.resolve("secrets/known_hosts"), environment.knownHost());
    assertThat(worker.deploy("a", "app").status()).isEqualTo(200);
  }

  @Test
  void aKeptConnectionThatDiedIsReplaced() throws Exception {
    worker.blob("a", "one");
    worker.blob("b", "two");
    assertThat(worker.deploy("a", "app").status()).isEqualTo(200);
    environment.restart();
    assertThat(worker.deploy("b", "app").status()).isEqualTo(200);
    assertThat(environment.folder().resolve("app")).hasContent("two");
  }

  @Test
  void aServerThatIsGoneIsSaidSo() throws Exception {
    worker.blob("a", "one");
    environment.close();
    var gone = worker.deploy("a", "app");
    assertThat(gone.status()).isEqualTo(502);
    assertThat(gone.kind()).isEqualTo("target-unreachable");
    assertThat(gone.detail()).contains("127.0.0.1", "refused the connection");
  }

  @Test
  void aKeyThatMayNotEnterIsSaidSo() throws Exception {
    worker.blob("a", "one");
    com.jcraft.jsch.KeyPair.genKeyPair(
            new com.jcraft.jsch.JSch(), com.jcraft.jsch.KeyPair.ECDSA, 256)
        .writePrivateKey(worker.home.resolve("secrets/deploy.key").toString());
    var refused = worker.deploy("a", "app");
    assertThat(refused.kind()).isEqualTo("ssh-auth-refused");
    assertThat(refused.detail()).contains("refuses the deploy key");
  }

  @Test
  void aStoreThatIsGoneIsSaidSo() throws Exception {
    worker.stopStore();
    var gone = worker.deploy("a", "app");
    assertThat(gone.status()).isEqualTo(502);
    assertThat(gone.kind()).isEqualTo("store-unreachable");
    assertThat(published()).isEmpty();
  }

  @Test
  void uploadsThatSomebodyGaveUpAreRemoved() throws Exception {
    Path old = Files.writeString(environment.folder().resolve(".newci-upload-old"), "x");
    Files.setLastModifiedTime(
        old, FileTime.from(Clock.systemUTC().instant().minus(Duration.ofDays(2))));
    Path recent = Files.writeString(environment.folder().resolve(".newci-upload-recent"), "x");
    worker.blob("a", "one");
    worker.deploy("a", "app");
    assertThat(old).doesNotExist();
    assertThat(recent).exists();
  }

  @Test
  void aFolderInTheWayIsAFailureThatLeavesNothing() throws Exception {
    Files.createDirectories(environment.folder().resolve("app/inside"));
    worker.blob("a", "one");
    assertThat(worker.deploy("a", "app").status()).isEqualTo(502);
    assertThat(environment.folder().resolve("app/inside")).isDirectory();
    await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(uploads()).isEmpty());
  }

  private RunningWorker.Answer numbered(String digest, long sequence) throws Exception {
    return worker.deploy(
        Map.of(
            "artifact_id",
            "sha256:" + digest,
            "published_name",
            "app",
            "sha256",
            digest,
            "sequence",
            sequence));
  }

  private List<String> published() throws IOException {
    return names(name -> !name.startsWith("."));
  }

  private List<String> uploads() throws IOException {
    return names(name -> name.startsWith(".newci-upload-"));
  }

  private List<String> names(java.util.function.Predicate<String> which) throws IOException {
    try (Stream<Path> files = Files.list(environment.folder())) {
      return files.map(f -> f.getFileName().toString()).filter(which).sorted().toList();
    }
  }
}
