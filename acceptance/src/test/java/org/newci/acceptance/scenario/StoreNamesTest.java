package org.newci.acceptance.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.newci.acceptance.system.Web;

/** S11, and S14 with more writers: names of blobs, and many who write at once. */
class StoreNamesTest extends Fixture {

  private static final int WRITERS = 64;

  @Test
  void s11ANameIsKeptExactlyOrRefused() throws Exception {
    int kept = 0;
    for (String name :
        List.of(
            "s11%20two%20words",
            "s11-%C3%A9%E2%98%83",
            "s11-%2541",
            "s11+plus",
            "s11-%26%3Fa=b%23",
            "..",
            "%2e%2e",
            "%2e%2e%2fs11-evil",
            "..%2f..%2fs11-evil",
            "..%5Cs11-evil",
            "s11-%00",
            "s11-%0A",
            "s11-%FF",
            "s11-" + "x".repeat(996),
            "s11-" + "x".repeat(251),
            "")) {
      kept += checkName(name);
    }
    assertThat(kept).as("names that are kept").isEqualTo(6);
    assertThat(filesCalled("s11")).isEmpty();
  }

  /** One when it was kept. */
  private int checkName(String encoded) {
    String url = newci.env("NEWCI_BLOBS_URL") + "/blobs/" + encoded;
    byte[] body = bytes("body of " + encoded);
    Web.Answer put = newci.web().put(url, body);
    if (put.status() >= 300) {
      assertThat(put.status()).as("PUT %s: %s", encoded, put.text()).isBetween(400, 499);
      assertThat(newci.web().get(url).body()).as(encoded).isNotEqualTo(body);
      return 0;
    }
    String name = URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8);
    assertThat(put.json().path("name").asText()).isEqualTo(name);
    assertThat(newci.web().get(url).body()).as(encoded).isEqualTo(body);
    assertThat(listed("s11")).contains(name);
    return 1;
  }

  private List<String> listed(String prefix) {
    List<String> names = new ArrayList<>();
    JsonNode page =
        newci.web().get(newci.env("NEWCI_BLOBS_URL") + "/blobs?prefix=" + prefix).json();
    page.path("blobs").forEach(one -> names.add(one.path("name").asText()));
    return names;
  }

  /** No name becomes a path, here or above. */
  private List<Path> filesCalled(String text) throws IOException {
    try (Stream<Path> below = Files.walk(newci.data());
        Stream<Path> above = Files.list(newci.data().getParent())) {
      return Stream.concat(below, above)
          .filter(file -> file.getFileName().toString().contains(text))
          .toList();
    }
  }

  @Test
  void s11NothingIsABlobToo() {
    String url = newci.env("NEWCI_BLOBS_URL") + "/blobs/s11-nothing";
    assertThat(newci.web().put(url, new byte[0]).status()).isEqualTo(201);
    Web.Answer read = newci.web().get(url);
    assertThat(read.status()).isEqualTo(200);
    assertThat(read.body()).isEmpty();
  }

  @Test
  void s14SixtyFourWritersOfOneNameAndOfMany() throws Exception {
    String one = newci.env("NEWCI_BLOBS_URL") + "/blobs/s14-one";
    List<byte[]> bodies = IntStream.range(0, WRITERS).mapToObj(StoreNamesTest::body).toList();
    Web web = newci.web();
    List<Future<?>> all = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < WRITERS; i++) {
        byte[] body = bodies.get(i);
        String own = newci.env("NEWCI_BLOBS_URL") + "/blobs/s14-" + i;
        all.add(
            threads.submit(
                () -> {
                  assertThat(web.put(one, body).status()).isLessThan(300);
                  assertThat(web.put(own, body).status()).isLessThan(300);
                  byte[] read = web.get(one).body();
                  assertThat(bodies.stream().anyMatch(any -> Arrays.equals(any, read))).isTrue();
                }));
      }
    }
    for (Future<?> each : all) {
      join(each);
    }
    for (int i = 0; i < WRITERS; i++) {
      byte[] read = web.get(newci.env("NEWCI_BLOBS_URL") + "/blobs/s14-" + i).body();
      assertThat(read).as("s14-%d", i).isEqualTo(bodies.get(i));
    }
  }

  private static void join(Future<?> one) throws ExecutionException, InterruptedException {
    one.get();
  }

  /** Small ones lie in the index, larger ones in files. */
  private static byte[] body(int number) {
    byte[] bytes = new byte[number % 2 == 0 ? 1024 : 200 * 1024];
    new Random(number).nextBytes(bytes);
    return bytes;
  }
}
