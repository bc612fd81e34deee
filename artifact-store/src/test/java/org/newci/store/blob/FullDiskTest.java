package org.newci.store.blob;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.store.RunningStore;

/** A store on a file system of 12 MiB. Only root can make one. */
class FullDiskTest {

  private static final int MIB = 1024 * 1024;

  @TempDir Path dir;
  private Path disk;
  private RunningStore store;

  @BeforeEach
  void mount() throws Exception {
    disk = Files.createDirectory(dir.resolve("disk"));
    Assumptions.assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", disk.toString()) == 0,
        "skipped: no tmpfs can be mounted here (it needs root)");
    Files.write(ballast(), new byte[2 * MIB]);
    store = new RunningStore(disk.resolve("store"), Map.of());
  }

  @AfterEach
  void unmount() throws Exception {
    if (store != null) {
      store.close();
      assertThat(run("umount", disk.toString())).isZero();
    }
  }

  @Test
  void nothingIsLostAndRoomThatIsMadeIsUsed() throws Exception {
    assertThat(store.put("/blobs/old", body(1, 3 * MIB)).statusCode()).isEqualTo(201);
    assertThat(store.put("/blobs/small", body(2, 100)).statusCode()).isEqualTo(201);
    List<Path> before = store.files();

    // Announced, and not: the second is found out in the middle of its bytes.
    assertFull(store.put("/blobs/old", body(3, 20 * MIB)));
    assertThat(putWithoutLength("old", body(3, 20 * MIB))).isEqualTo(507);
    assertThat(store.files()).isEqualTo(before);

    int filled = 0;
    for (int status = 201; status == 201; filled++) {
      var answer = store.put("/blobs/fill-" + filled, body(filled, 7_000 + filled));
      status = answer.statusCode();
      if (status != 201) {
        assertFull(answer);
      }
    }
    assertThat(filled).isGreaterThan(100);
    assertThat(store.get("/blobs/old").body()).isEqualTo(body(1, 3 * MIB));
    assertThat(store.get("/blobs/small").body()).isEqualTo(body(2, 100));
    for (int i = 0; i < filled - 1; i += 50) {
      assertThat(store.get("/blobs/fill-" + i).body()).isEqualTo(body(i, 7_000 + i));
    }

    // What somebody makes room for goes on, without a restart and after one.
    Files.delete(ballast());
    assertThat(store.put("/blobs/new", body(4, 700_000)).statusCode()).isEqualTo(201);
    store.restart();
    assertThat(store.get("/blobs/new").body()).isEqualTo(body(4, 700_000));
    assertThat(store.get("/blobs/small").body()).isEqualTo(body(2, 100));
    assertThat(store.files()).hasSize(2);
  }

  /** SQLite undoes a transaction by itself for which there is no room. */
  @Test
  void anIndexThatHadNoRoomTakesNamesAgain() throws Exception {
    assertThat(store.put("/blobs/one", body(1, 1_000)).statusCode()).isEqualTo(201);
    String digest = store.get("/blobs/one").headers().firstValue("ETag").orElseThrow();
    String from = "?from=" + digest.replace("\"", "");
    Path rest = disk.resolve("rest");
    assertThat(run("dd", "if=/dev/zero", "of=" + rest, "bs=4096")).isNotZero();
    int names = 0;
    var answer = store.put("/blobs/name-0" + from, new byte[0]);
    while (answer.statusCode() == 201 && names < 1_000) {
      answer = store.put("/blobs/name-" + ++names + from, new byte[0]);
    }
    assertFull(answer);
    Files.delete(rest);
    assertThat(store.put("/blobs/again" + from, new byte[0]).statusCode()).isEqualTo(201);
    assertThat(store.get("/blobs/again").body()).isEqualTo(body(1, 1_000));
  }

  /** A file of somebody else's, two MiB that stand in for what an administrator would free. */
  private Path ballast() {
    return disk.resolve("ballast");
  }

  private static void assertFull(java.net.http.HttpResponse<byte[]> answer) {
    String text = new String(answer.body(), StandardCharsets.UTF_8);
    assertThat(answer.statusCode()).as(text).isEqualTo(507);
    assertThat(text).contains("/problems/disk-full");
  }

  private int putWithoutLength(String name, byte[] body) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(
                      URI.create("http://localhost:%d/blobs/%s".formatted(store.port(), name)))
                  .timeout(Duration.ofSeconds(30))
                  .header("Authorization", "Bearer " + store.token)
                  .PUT(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
                  .build(),
              BodyHandlers.discarding())
          .statusCode();
    }
  }

  private static byte[] body(int seed, int size) {
    byte[] body = new byte[size];
    Arrays.fill(body, (byte) seed);
    return body;
  }

  private static int run(String... command) throws Exception {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }
}
