package org.newci.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.newci.deploy.ssh.SshTarget;
import org.newci.neighbours.NeedsProgram;

class DeployFaultsTest {

  @TempDir Path dir;
  private Environment environment;

  @BeforeEach
  void start() throws Exception {
    environment = new EmbeddedEnvironment(dir.resolve("environment"));
  }

  @AfterEach
  void stop() {
    environment.close();
  }

  @Test
  void aServerThatNeverSpeaksIsGivenUp() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        RunningWorker worker =
            worker(
                "NEWCI_TARGET",
                "ssh://x@127.0.0.1:%d/".formatted(silent.getLocalPort()),
                "NEWCI_DEPLOY_LIMIT",
                "1s")) {
      worker.blob("a", "one");
      var answer = worker.deploy("a", "app");
      assertThat(answer.status()).isEqualTo(502);
      assertThat(answer.kind()).isEqualTo("target-unreachable");
      assertThat(answer.detail()).contains("did not answer in time");
    }
  }

  /** As one that is killed, or starts, while somebody connects. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aServerThatBreaksOffAtOnceIsUnreachable(boolean reset) throws Exception {
    try (ServerSocket dying = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        RunningWorker worker =
            worker(
                "NEWCI_TARGET",
                "ssh://x@127.0.0.1:%d/".formatted(dying.getLocalPort()),
                "NEWCI_DEPLOY_LIMIT",
                "5s")) {
      Thread.startVirtualThread(() -> breakOff(dying, reset));
      worker.blob("a", "one");
      var answer = worker.deploy("a", "app");
      assertThat(answer.kind()).as(answer.toString()).isEqualTo("target-unreachable");
      assertThat(answer.detail()).endsWith(".").doesNotContain("Exception");
    }
  }

  private static void breakOff(ServerSocket door, boolean reset) {
    while (!door.isClosed()) {
      try (Socket socket = door.accept()) {
        socket.setSoLinger(reset, 0);
      } catch (IOException e) {
        return;
      }
    }
  }

  @Test
  @NeedsProgram({"sshd", "ssh-keygen"})
  void aServerThatStopsInTheMiddleIsGivenUp() throws Exception {
    OpenSshEnvironment sshd = new OpenSshEnvironment(dir.resolve("frozen"));
    try (RunningWorker worker = new RunningWorker(dir, sshd, Map.of("NEWCI_DEPLOY_LIMIT", "4s"))) {
      worker.blob("a", "one");
      assertThat(worker.deploy("a", "first").status()).isEqualTo(200);
      List<ProcessHandle> children = sshd.process().descendants().toList();
      assertThat(children).isNotEmpty();
      signal("STOP", children);
      try {
        var answer = worker.deploy("a", "second");
        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.kind()).isEqualTo("deploy-timeout");
      } finally {
        signal("CONT", children);
      }
      assertThat(sshd.folder().resolve("second")).doesNotExist();
      assertThat(worker.deploy("a", "second").status()).isEqualTo(200);
    } finally {
      sshd.close();
    }
  }

  /** A small blob is read as it is sent on, a large one ahead of it. */
  @ParameterizedTest
  @ValueSource(ints = {100_000, 3_000_000})
  void aStoreThatBreaksOffPublishesNothing(int size) throws Exception {
    assertThatNothingComesOf(
        (exchange) -> {
          exchange.getResponseHeaders().add("ETag", "\"sha256:" + "0".repeat(64) + "\"");
          exchange.sendResponseHeaders(200, size);
          exchange.getResponseBody().write(new byte[size / 2]);
          exchange.getResponseBody().flush();
          throw new IOException("broken off on purpose");
        },
        502,
        "store-unreachable");
  }

  @Test
  void aStoreThatSendsOtherBytesPublishesNothing() throws Exception {
    assertThatNothingComesOf(
        exchange -> {
          exchange.getResponseHeaders().add("ETag", "\"sha256:" + "0".repeat(64) + "\"");
          exchange.sendResponseHeaders(200, 3);
          exchange.getResponseBody().write(new byte[3]);
          exchange.close();
        },
        422,
        "digest-mismatch");
  }

  @Test
  void aStoreWithoutDigestsOrWithoutRightsIsSaidSo() throws Exception {
    assertThatNothingComesOf(
        exchange -> {
          exchange.sendResponseHeaders(200, 1);
          exchange.getResponseBody().write(new byte[1]);
          exchange.close();
        },
        502,
        "store-refused");
    assertThatNothingComesOf(
        exchange -> {
          exchange.sendResponseHeaders(403, -1);
          exchange.close();
        },
        502,
        "store-refused");
  }

  @Test
  void aFolderThatIsNotThereIsSaidSo() throws Exception {
    try (RunningWorker worker =
        worker("NEWCI_TARGET", environment.target() + "nowhere/at/all", "NEWCI_TLS", "off")) {
      worker.blob("a", "one");
      var answer = worker.deploy("a", "app");
      assertThat(answer.kind()).isEqualTo("folder-missing");
      assertThat(answer.detail()).contains("/nowhere/at/all");
    }
  }

  @Test
  void wrongSettingsAreNamedAtTheStart() throws Exception {
    assertThatThrownBy(() -> DeployWorkerService.start(Map.of()))
        .hasMessageContaining("NEWCI_HOME")
        .hasMessageContaining("NEWCI_BLOBS_URL")
        .hasMessageContaining("NEWCI_SITE_URL");
    assertThatThrownBy(() -> worker("NEWCI_TARGET", "host:/folder", "NEWCI_TLS", "off"))
        .hasMessageContaining("NEWCI_TARGET");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "host",
        "http://u@h/x",
        "ssh://h/x",
        "ssh://u:p@h/x",
        "ssh://u@/x",
        "ssh://u@h/x?y"
      })
  void targetsThatCannotBeAreRefused(String text) {
    assertThatThrownBy(() -> SshTarget.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected ssh://user@host:port/folder");
  }

  @Test
  void targetsAreReadInEachForm() {
    assertThat(SshTarget.parse("ssh://u@h")).isEqualTo(new SshTarget("u", "h", 22, ""));
    assertThat(SshTarget.parse("ssh://u@h:2222/a/b/"))
        .isEqualTo(new SshTarget("u", "h", 2222, "/a/b"));
    assertThat(SshTarget.parse("ssh://u@[::1]:22/").host()).isEqualTo("::1");
  }

  private interface Store {
    void answer(com.sun.net.httpserver.HttpExchange exchange) throws IOException;
  }

  private void assertThatNothingComesOf(Store store, int status, String kind) throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 5);
    server.createContext("/", store::answer);
    server.start();
    String url = "http://127.0.0.1:" + server.getAddress().getPort();
    Path own = Files.createTempDirectory(dir, "worker");
    try (RunningWorker worker =
        new RunningWorker(own, environment, Map.of("NEWCI_BLOBS_URL", url))) {
      var answer = worker.deploy("a", "app");
      assertThat(answer.status()).isEqualTo(status);
      assertThat(answer.kind()).isEqualTo(kind);
      await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(
              () -> {
                try (Stream<Path> files = Files.list(environment.folder())) {
                  assertThat(files).isEmpty();
                }
              });
    } finally {
      server.stop(0);
    }
  }

  private RunningWorker worker(String name, String value, String name2, String value2)
      throws IOException {
    return new RunningWorker(dir, environment, Map.of(name, value, name2, value2));
  }

  private static void signal(String signal, List<ProcessHandle> processes) throws Exception {
    for (ProcessHandle process : processes) {
      new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid())).start().waitFor();
    }
  }
}
