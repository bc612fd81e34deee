package org.newci.store.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.store.RunningStore;

class BlobFaultsTest {

  @TempDir Path dir;
  private RunningStore store;

  @BeforeEach
  void start() throws Exception {
    store = new RunningStore(dir.resolve("store"), Map.of());
  }

  @AfterEach
  void stop() {
    store.close();
  }

  @Test
  void anUploadThatBreaksOffLeavesTheOldBlobAndNoFragment() throws Exception {
    byte[] old = body(1, 500_000);
    store.put("/blobs/app", old);
    List<Path> before = store.files();
    for (int sent : new int[] {0, 1, 250_000}) {
      RawHttp.breakOff(store, "/blobs/app", 500_000, body(2, sent));
    }
    await()
        .pollDelay(Duration.ofMillis(100))
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(store.files()).isEqualTo(before));
    assertThat(store.get("/blobs/app").body()).isEqualTo(old);
  }

  @Test
  void whatAKilledStoreHadNotReceivedWholeIsClearedAtTheStart() throws Exception {
    store.put("/blobs/app", body(1, 1000));
    List<Path> before = store.files();
    Files.write(store.home.resolve("data/temp/half-a-blob"), body(2, 500));
    store.restart();
    assertThat(store.files()).isEqualTo(before);
    assertThat(store.get("/blobs/app").body()).isEqualTo(body(1, 1000));
  }

  @Test
  void readersAmongWritersSeeOneWholeBody() throws Exception {
    int size = 400_000;
    Set<Integer> writers = IntStream.range(0, 16).boxed().collect(Collectors.toSet());
    store.put("/blobs/app", body(0, size));
    AtomicBoolean done = new AtomicBoolean();
    ConcurrentLinkedQueue<String> torn = new ConcurrentLinkedQueue<>();
    List<Callable<Void>> tasks = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 16; i++) {
        tasks.add(
            () -> {
              do {
                byte[] read = store.get("/blobs/app").body();
                if (!Arrays.equals(read, body(read[0], size)) || !writers.contains((int) read[0])) {
                  torn.add("%d bytes beginning with %d".formatted(read.length, read[0]));
                }
              } while (!done.get());
              return null;
            });
      }
      List<Future<Void>> readers = tasks.stream().map(threads::submit).toList();
      List<Future<Integer>> writes =
          writers.stream()
              .map(w -> threads.submit(() -> store.put("/blobs/app", body(w, size)).statusCode()))
              .toList();
      for (Future<Integer> write : writes) {
        assertThat(write.get()).isEqualTo(200);
      }
      done.set(true);
      for (Future<Void> reader : readers) {
        reader.get();
      }
    }
    assertThat(torn).isEmpty();
    store.put("/blobs/app", body(7, size));
    assertThat(store.get("/blobs/app").body()).isEqualTo(body(7, size));
    assertThat(store.files()).hasSize(16);
  }

  @Test
  void sixtyFourWritersOfOneNameAndOfManyLoseNothing() throws Exception {
    int size = 30_000;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> writes = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        byte[] body = body(i, size);
        String own = "/blobs/of-" + i;
        writes.add(threads.submit(() -> store.put("/blobs/shared", body).statusCode()));
        writes.add(threads.submit(() -> store.put(own, body).statusCode()));
      }
      int fresh = 0;
      for (Future<Integer> write : writes) {
        assertThat(write.get()).isBetween(200, 201);
        fresh += write.get() == 201 ? 1 : 0;
      }
      assertThat(fresh).as("names that were new").isEqualTo(65);
    }
    for (int i = 0; i < 64; i++) {
      assertThat(store.get("/blobs/of-" + i).body()).isEqualTo(body(i, size));
    }
    byte[] shared = store.get("/blobs/shared").body();
    assertThat(shared).isEqualTo(body(shared[0], size));
    assertThat(store.files()).as("each of the same bytes once").hasSize(64);
  }

  /** All bytes are the same, so that a mixture shows. */
  private static byte[] body(int seed, int size) {
    byte[] body = new byte[size];
    Arrays.fill(body, (byte) seed);
    return body;
  }
}
