package org.newci.store.blob;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.auth.Scope;
import org.newci.auth.SigningKey;
import org.newci.auth.TokenIssuer;
import org.newci.neighbours.NativeProcess;
import org.newci.store.ArtifactStoreMain;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * S13: the store as a process of its own, killed (SIGKILL) at random moments of uploads. After each
 * start every name has the whole bytes of the last upload that was answered, or of the one that was
 * under way; and nothing else lies in the folder.
 */
class KilledStoreTest {

  private static final Logger LOG = LoggerFactory.getLogger(KilledStoreTest.class);
  private static final int WRITERS = 4;
  private static final int MOST_KILLS = 12;
  private static final Duration BOUND = Duration.ofSeconds(10);

  @TempDir Path home;
  private final HttpClient client = HttpClient.newHttpClient();
  private final SigningKey key = SigningKey.generate();
  private final String token =
      new TokenIssuer(key, Clock.systemUTC())
          .issue("test", Set.of(Scope.BLOBS_GET, Scope.BLOBS_PUT), Duration.ofMinutes(10))
          .reveal();
  private final int port = NativeProcess.freePort();

  /** By writer: the version of the last upload that was answered, and of the last begun. */
  private final AtomicIntegerArray answered = new AtomicIntegerArray(WRITERS);

  private final AtomicIntegerArray begun = new AtomicIntegerArray(WRITERS);
  private final Queue<String> refused = new ConcurrentLinkedQueue<>();

  @Test
  void whatWasAnsweredIsThereAndNothingIsTorn() throws Exception {
    Files.createDirectories(home.resolve("secrets"));
    Files.writeString(home.resolve("secrets/verify-1.pem"), key.verifyKey().toPem());
    Random random = new Random(20261126);
    long end = System.nanoTime() + BOUND.toNanos();
    int kills = 0;
    while (kills < MOST_KILLS && System.nanoTime() < end) {
      NativeProcess store = start();
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        check();
        // Every other time something was answered before; else it may die at the first byte.
        CountDownLatch writing = new CountDownLatch(kills % 2 == 0 ? 2 * WRITERS : WRITERS);
        for (int i = 0; i < WRITERS; i++) {
          int writer = i;
          threads.execute(() -> write(writer, writing));
        }
        assertThat(writing.await(1, TimeUnit.MINUTES)).isTrue();
        LockSupport.parkNanos(Duration.ofMillis(random.nextInt(250)).toNanos());
        // The pool's end waits for the writers, who stop when nobody answers.
        kill(store);
      } finally {
        kill(store);
      }
      kills++;
    }
    NativeProcess last = start();
    check();
    kill(last);
    assertThat(refused).isEmpty();
    assertThat(kills).isPositive();
    assertThat(Stream.iterate(0, i -> i + 1).limit(WRITERS).mapToInt(answered::get).sum())
        .as("uploads that were answered, of all writers")
        .isPositive();
  }

  private NativeProcess start() {
    return NativeProcess.start(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                ArtifactStoreMain.class.getName()),
            Map.of(
                "NEWCI_HOME",
                home.toString(),
                "NEWCI_TLS",
                "off",
                "NEWCI_LISTEN",
                "127.0.0.1:" + port),
            home.resolve("process.log"))
        .awaitPort(port);
  }

  private static void kill(NativeProcess store) {
    store.handle().destroyForcibly();
    store.handle().onExit().join();
  }

  private void write(int writer, CountDownLatch writing) {
    try {
      while (true) {
        int version = begun.incrementAndGet(writer);
        writing.countDown(); // and again once it is answered
        HttpResponse<byte[]> answer = send("PUT", "name-" + writer, body(writer, version));
        if (answer.statusCode() > 201) {
          refused.add("name-%d: %d".formatted(writer, answer.statusCode()));
          return;
        }
        answered.set(writer, version);
        writing.countDown();
      }
    } catch (IOException e) {
      LOG.debug("the store was killed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void check() throws Exception {
    for (int writer = 0; writer < WRITERS; writer++) {
      HttpResponse<byte[]> answer = send("GET", "name-" + writer, new byte[0]);
      int sure = answered.get(writer);
      if (answer.statusCode() == 404) {
        assertThat(sure).as("the version of name-%d that was answered", writer).isZero();
        continue;
      }
      List<byte[]> may = new ArrayList<>();
      for (int version = Math.max(sure, 1); version <= begun.get(writer); version++) {
        may.add(body(writer, version));
      }
      assertThat(may).as("name-%d", writer).contains(answer.body());
    }
    try (Stream<Path> files = Files.walk(home.resolve("data"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = file.getFileName().toString();
        if (name.startsWith("index.db") || name.equals("lock")) {
          continue;
        }
        assertThat(name).as("a file of a digest, none half received: %s", file).hasSize(64);
        HttpResponse<byte[]> answer = send("HEAD", "sha256:" + name, new byte[0]);
        assertThat(answer.statusCode()).as("%s is known", file).isEqualTo(200);
        assertThat(Sha256.of(digest(Files.readAllBytes(file))).hex()).isEqualTo(name);
      }
    }
  }

  private static java.security.MessageDigest digest(byte[] bytes) {
    java.security.MessageDigest digest = Sha256.computation();
    digest.update(bytes);
    return digest;
  }

  private HttpResponse<byte[]> send(String method, String name, byte[] body)
      throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/blobs/%s".formatted(port, name)))
            .timeout(Duration.ofSeconds(20))
            .header("Authorization", "Bearer " + token)
            .method(method, BodyPublishers.ofByteArray(body))
            .build(),
        BodyHandlers.ofByteArray());
  }

  /** Few bytes, which go into the index, and many, which become a file, in turn. */
  private static byte[] body(int writer, int version) {
    byte[] body = new byte[(writer + version) % 3 == 0 ? 900 : 300_000];
    new Random(writer * 1_000_003L + version).nextBytes(body);
    return body;
  }
}
