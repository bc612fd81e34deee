package org.newci.store.blob;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.neighbours.NeedsProgram;
import org.newci.neighbours.Programs;
import org.newci.store.RunningStore;

/** The store as people use it in a shell. */
@NeedsProgram("curl")
class CurlTest {

  @TempDir Path dir;
  private RunningStore store;
  private Path file;

  @BeforeEach
  void start() throws Exception {
    store = new RunningStore(dir.resolve("store"), Map.of());
    byte[] bytes = new byte[5_000_000];
    new Random(3).nextBytes(bytes);
    file = Files.write(dir.resolve("file"), bytes);
  }

  @AfterEach
  void stop() {
    store.close();
  }

  @Test
  void aFileGoesUpAndComesDown() throws Exception {
    assertThat(curl("-T", file.toString(), url("app 1.0".replace(" ", "%20")))).endsWith("201");
    Path got = dir.resolve("got");
    assertThat(curl("-o", got.toString(), url("app%201.0"))).endsWith("200");
    assertThat(got).hasSameBinaryContentAs(file);
    assertThat(curl("-I", url("app%201.0"))).contains("Content-Length: 5000000").endsWith("200");
  }

  @Test
  void aStreamOfUnknownLengthIsTaken() throws Exception {
    assertThat(curl("-T", "-", "-H", "Transfer-Encoding: chunked", url("piped"))).endsWith("201");
    Path got = dir.resolve("got");
    assertThat(curl("--compressed", "-o", got.toString(), url("piped"))).endsWith("200");
    assertThat(got).hasSameBinaryContentAs(file);
  }

  @Test
  void aDownloadThatWasBrokenOffGoesOn() throws Exception {
    curl("-T", file.toString(), url("app"));
    Path got =
        Files.write(dir.resolve("got"), java.util.Arrays.copyOf(Files.readAllBytes(file), 999));
    assertThat(curl("-C", "-", "-o", got.toString(), url("app"))).endsWith("206");
    assertThat(got).hasSameBinaryContentAs(file);
    assertThat(curl("-r", "5-9", "-D", "-", "-o", dir.resolve("part").toString(), url("app")))
        .containsIgnoringCase("Content-Range: bytes 5-9/5000000")
        .endsWith("206");
    assertThat(dir.resolve("part")).hasSize(5);
    assertThat(curl("-r", "-7", "-o", dir.resolve("end").toString(), url("app"))).endsWith("206");
    assertThat(dir.resolve("end")).hasSize(7);
    assertThat(curl("-r", "5000000-", url("app"))).endsWith("416");
    assertThat(curl("-r", "1-2,4-5", "-o", got.toString(), url("app"))).endsWith("200");
  }

  private String url(String name) {
    return "http://127.0.0.1:%d/blobs/%s".formatted(store.port(), name);
  }

  private String curl(String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Programs.need("curl").toString(),
                "-sS",
                "--max-time",
                "60",
                "-w",
                "\n%{http_code}",
                "-H",
                "Authorization: Bearer " + store.token));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectInput(file.toFile()).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said.strip();
  }
}
