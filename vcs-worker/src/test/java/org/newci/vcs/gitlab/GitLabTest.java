package org.newci.vcs.gitlab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.newci.shell.json.Json;
import org.newci.shell.peer.Peer;
import org.newci.vcs.transport.GitThread;

class GitLabTest {

  private final List<String> seen = new CopyOnWriteArrayList<>();
  private final AtomicInteger failures = new AtomicInteger();
  private HttpServer server;
  private GitLab gitlab;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            String path = exchange.getRequestURI().getPath();
            seen.add(path + " " + exchange.getRequestHeaders().getFirst("PRIVATE-TOKEN"));
            byte[] body = "{\"username\":\"bot\"}".getBytes(StandardCharsets.UTF_8);
            int status = 200;
            if (failures.getAndDecrement() > 0) {
              status = 502;
            } else if (path.endsWith("/artifacts")) {
              exchange.getResponseHeaders().add("Location", "/storage/7.zip");
              status = 302;
            } else if (path.endsWith("/trace")) {
              status = 416;
            }
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
          }
        });
    server.start();
    URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    gitlab = new GitLab(Peer.client(null), url, new GitLabToken("glpat-x\n"));
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void aReadIsTriedAgainAndTheUserAskedOnce() throws Exception {
    failures.set(2);
    assertThat(gitlab.username()).isEqualTo("bot");
    assertThat(gitlab.username()).isEqualTo("bot");
    assertThat(seen).hasSize(3).allMatch(line -> line.equals("/api/v4/user glpat-x"));
  }

  @Test
  void aCreationIsNotTriedAgain() {
    failures.set(1);
    assertThatThrownBy(() -> gitlab.createProject("x", null))
        .isInstanceOf(GitLabFailure.class)
        .hasMessageContaining("502");
    assertThat(seen).hasSize(1);
  }

  @Test
  void aFailureThatStaysIsSaid() {
    failures.set(99);
    assertThatThrownBy(() -> gitlab.username()).hasMessageContaining("GitLab answered 502");
    assertThat(seen).hasSize(4);
  }

  /** What passes by itself is told as an absence, so that the build waits. */
  @ParameterizedTest
  @ValueSource(ints = {0, 429, 500, 502, 503, 504})
  void whatPassesByItselfIsAnAbsence(int status) {
    assertThat(new GitLabFailure(status, "GitLab is busy.", null).problem().kind())
        .isEqualTo("gitlab-unreachable");
    assertThat(new GitLabFailure(403, "GitLab says no.", null).problem().kind())
        .isEqualTo("gitlab-refused");
  }

  @Test
  void theObjectStorageIsFollowedWithoutTheToken() throws Exception {
    try (Response response = gitlab.artifacts(1, 7, Duration.ofSeconds(5))) {
      assertThat(response.code()).isEqualTo(200);
    }
    assertThat(seen.getLast()).isEqualTo("/storage/7.zip null");
  }

  @Test
  void bytesThatAreNotThereYetAre416() {
    assertThatThrownBy(() -> gitlab.trace(1, 7, "bytes=9-", Duration.ofSeconds(5)))
        .isInstanceOfSatisfying(
            GitLabFailure.class, failure -> assertThat(failure.status()).isEqualTo(416));
  }

  @Test
  void anAbsentGitLabIsASentence() {
    GitLab absent =
        new GitLab(
            new OkHttpClient(), URI.create("http://127.0.0.1:1"), new GitLabToken("glpat-x"));
    assertThatThrownBy(absent::username)
        .isInstanceOf(GitLabFailure.class)
        .hasMessageContaining("GitLab refused the connection");
  }

  /** A long answer may take a quarter of an hour, but not a silence before it, or within it. */
  @ParameterizedTest
  @ValueSource(strings = {"", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nzip"})
  void aGitLabThatFallsSilentIsNotWaitedForAsLongAsALongAnswer(String beginning)
      throws IOException {
    try (ServerSocket door = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Socket> line = threads.submit(() -> begun(door.accept(), beginning));
      GitLab silent =
          new GitLab(
              GitLabClient.over(Peer.client(null), Duration.ofMillis(300)),
              URI.create("http://127.0.0.1:" + door.getLocalPort()),
              new GitLabToken("glpat-x"));
      long before = System.nanoTime();
      assertThatThrownBy(
              () -> {
                try (Response response = silent.artifacts(1, 7, Duration.ofMinutes(15))) {
                  response.body().bytes();
                }
              })
          .matches(thrown -> GitThread.causedBy(thrown, SocketTimeoutException.class));
      // The silence of other clients is five minutes.
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofMinutes(2));
      line.resultNow().close();
    }
  }

  private static Socket begun(Socket line, String beginning) throws IOException {
    line.getOutputStream().write(beginning.getBytes(StandardCharsets.US_ASCII));
    return line;
  }

  @Test
  void errorBodiesOfEveryShapeAreRead() {
    assertThat(GitLabErrors.said("{\"message\":\"401 Unauthorized\"}"))
        .isEqualTo("401 Unauthorized");
    assertThat(GitLabErrors.said("{\"message\":{\"path\":[\"has already been taken\"]}}"))
        .isEqualTo("path has already been taken");
    assertThat(GitLabErrors.said("{\"error\":\"insufficient_scope\",\"error_description\":\"d\"}"))
        .isEqualTo("insufficient_scope; d");
    assertThat(GitLabErrors.said("<html>")).isEmpty();
  }

  @Test
  void theTokenPrintsAsNothingOfUse() {
    assertThat(new GitLabToken("glpat-secret").toString()).doesNotContain("secret");
    assertThatThrownBy(() -> new GitLabToken(" ")).hasMessageContaining("GitLab token");
    assertThatThrownBy(() -> GitLabToken.in(Path.of("/nowhere/gitlab.token")))
        .hasMessageContaining("/nowhere/gitlab.token");
  }

  static boolean fixturesAreHere() {
    return Files.isDirectory(fixtures());
  }

  private static Path fixtures() {
    return Path.of(System.getProperty("newci.fixtures", "nowhere"), "api-responses-gitlab4j");
  }

  private static <T> T fixture(String name, Class<T> type) throws IOException {
    return Json.lenient().readValue(Files.readAllBytes(fixtures().resolve(name)), type);
  }

  @Test
  @EnabledIf("fixturesAreHere")
  void realAnswersAreUnderstood() throws IOException {
    GitLabProject project = fixture("project.json", GitLabProject.class);
    assertThat(project.id()).isEqualTo(3);
    assertThat(project.pathWithNamespace()).isEqualTo("diaspora/diaspora-project-site");
    assertThat(project.isMarked()).isTrue();
    GitLabPipeline pipeline = fixture("pipeline.json", GitLabPipeline.class);
    assertThat(pipeline.id()).isEqualTo(46);
    assertThat(pipeline.hasEnded()).isTrue();
    assertThat(pipeline.yamlErrors()).contains("valid YAML");
    GitLabJob job = fixture("job.json", GitLabJob.class);
    assertThat(job.name()).isEqualTo("teaspoon");
    assertThat(job.stage()).isEqualTo("test");
    assertThat(job.failureReason()).isEqualTo("script_failure");
    assertThat(job.hasArtifacts()).isTrue();
    assertThat(job.exitCode()).isNull();
  }
}
