package org.newci.acceptance.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.acceptance.system.Shell;
import org.newci.acceptance.system.Web;

/** S10, S12, S14, S15: blobs, and their deployment by name. */
class StoreAndDeployTest extends Fixture {

  private static final int MIB = 1024 * 1024;

  @Test
  void s10BlobRoundTrip() throws Exception {
    String url = newci.env("NEWCI_BLOBS_URL") + "/blobs/s10";
    assertThat(newci.web().get(url).status()).isEqualTo(404);
    byte[] first = random(1, MIB);
    assertThat(newci.web().put(url, first).status()).isBetween(200, 201);
    Web.Answer read = newci.web().get(url);
    assertThat(read.body()).isEqualTo(first);
    assertThat(read.header("Content-Type")).hasValue("application/octet-stream");
    assertThat(read.header("ETag").orElseThrow()).contains(sha256(first));
    byte[] second = random(2, MIB);
    newci.web().put(url, second);
    assertThat(newci.web().get(url).body()).isEqualTo(second);
    String byDigest = newci.env("NEWCI_BLOBS_URL") + "/blobs/sha256:" + sha256(first);
    assertThat(newci.web().get(byDigest).body()).as("the first is still there").isEqualTo(first);
  }

  @Test
  void s12ABigBlobTakesNoMemory(@TempDir Path dir) throws Exception {
    // The size of the scenario would take minutes; memory that grew with size would show here too.
    long size = 1024L * MIB;
    Path file = dir.resolve("big");
    String sent = write(file, size);
    Path header =
        Files.writeString(dir.resolve("h"), "Authorization: Bearer " + newci.env("NEWCI_TOKEN"));
    String url = newci.env("NEWCI_BLOBS_URL") + "/blobs/s12";
    long before = largest();
    curl(header, "-T", file.toString(), url);
    curl(header, "-o", file.toString(), url);
    assertThat(Files.size(file)).isEqualTo(size);
    assertThat(digest(file)).isEqualTo(sent);
    assertThat(largest() - before).as("more memory at most, in KiB").isLessThan(64L * 1024);
    newci.web().send("DELETE", url, new byte[0]);
    newci.web().send("DELETE", newci.env("NEWCI_BLOBS_URL") + "/blobs/sha256:" + sent, new byte[0]);
  }

  private void curl(Path header, String... arguments) {
    List<String> command = new ArrayList<>(List.of("curl", "-sS", "--fail", "--cacert"));
    command.add(newci.env("NEWCI_CA"));
    command.addAll(List.of("-H", "@" + header));
    command.addAll(List.of(arguments));
    Shell.run(Path.of("/"), Map.of(), Duration.ofMinutes(5), command).ok();
  }

  private static String write(Path file, long size) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    Random random = new Random(12);
    byte[] piece = new byte[MIB];
    try (OutputStream out = new DigestOutputStream(Files.newOutputStream(file), digest)) {
      random.nextBytes(piece);
      for (long i = 0; i < size / piece.length; i++) {
        piece[(int) (i % piece.length)]++;
        out.write(piece);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static String digest(Path file) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** KiB that the largest of the system's processes has ever had in memory. */
  private long largest() {
    return ProcessHandle.allProcesses()
        .filter(p -> p.info().commandLine().orElse("").contains(newci.data().toString()))
        .mapToLong(StoreAndDeployTest::peak)
        .max()
        .orElseThrow();
  }

  private static long peak(ProcessHandle process) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/%d/status".formatted(process.pid())))) {
      return lines
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException | UncheckedIOException gone) {
      return 0;
    }
  }

  @Test
  void s14ConcurrentWritersLeaveWholeBodies() throws Exception {
    String url = newci.env("NEWCI_BLOBS_URL") + "/blobs/s14";
    List<byte[]> bodies = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      bodies.add(random(100 + i, 10 * MIB));
    }
    Web web = newci.web();
    web.put(url, bodies.get(0));
    List<Future<?>> all = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (byte[] body : bodies) {
        all.add(threads.submit(() -> assertThat(web.put(url, body).status()).isLessThan(300)));
        all.add(threads.submit(() -> assertOneOf(bodies, web.get(url).body())));
      }
    }
    for (Future<?> one : all) {
      join(one);
    }
    assertOneOf(bodies, web.get(url).body());
  }

  @Test
  void s15DeployByName() {
    byte[] body = bytes("version 1.2.4\n");
    newci.web().put(newci.env("NEWCI_BLOBS_URL") + "/blobs/s15", body);
    String deploy = newci.env("NEWCI_DEPLOY_URL") + "/deploy";
    Web.Answer answer =
        newci.web().post(deploy, "{\"artifact_id\":\"s15\",\"published_name\":\"s15-1.2.4\"}");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.json().path("url").asText())
        .isEqualTo(newci.env("NEWCI_SITE_URL") + "/s15-1.2.4");
    assertThat(newci.published("s15-1.2.4").body()).isEqualTo(body);

    Web.Answer unknown =
        newci.web().post(deploy, "{\"artifact_id\":\"s15-no\",\"published_name\":\"s15-other\"}");
    assertThat(unknown.status()).isBetween(400, 499);
    assertThat(unknown.text()).contains("s15-no");
    assertThat(newci.published("s15-other").status()).isEqualTo(404);
  }

  private static void join(Future<?> one) throws ExecutionException, InterruptedException {
    one.get();
  }

  private static void assertOneOf(List<byte[]> bodies, byte[] read) {
    assertThat(bodies.stream().anyMatch(body -> Arrays.equals(body, read)))
        .as("one whole body of %d bytes", read.length)
        .isTrue();
  }

  private static byte[] random(int seed, int size) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}
