package org.newci.vcs.source;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.newci.neighbours.GitCommand;
import org.newci.neighbours.GitHttpBackend;
import org.newci.neighbours.NeedsProgram;
import org.newci.vcs.WorkerRig;

/** What somebody with a good token may try with URLs, redirects, names, refs and credentials. */
@NeedsProgram("git")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AbuseTest {

  private static final String SECRET = "s3cret-of-the-source";

  private static final String REFS = "/info/refs?service=git-upload-pack";

  private Path temp;
  private WorkerRig rig;
  private GitHttpBackend open;
  private GitHttpBackend closed;
  private HttpServer trap;
  private final List<String> trapped = new CopyOnWriteArrayList<>();
  private String commit;

  @BeforeAll
  void start(@TempDir Path own) throws IOException {
    temp = own;
    commit = GitCommand.init(temp.resolve("src/hello")).commit("a", "1");
    GitCommand lfs = GitCommand.init(temp.resolve("src/lfs"));
    lfs.commit(".gitattributes", "*.bin filter=lfs diff=lfs merge=lfs -text\n");
    lfs.commit(
        "big.bin",
        "version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize 12345\n"
            .formatted("a".repeat(64)));
    GitCommand.init(temp.resolve("src/modules"))
        .commit(
            ".gitmodules",
            """
            [submodule "lib"]
              path = lib
              url = ../lib
            [submodule "evil"]
              path = e
              url = ext::sh -c touch% /tmp/owned
            """);
    GitCommand modules = new GitCommand(temp.resolve("src/modules"));
    for (String path : List.of("lib", "e")) {
      modules.run("update-index", "--add", "--cacheinfo", "160000," + commit + "," + path);
    }
    modules.run("commit", "--quiet", "--message", "Two submodules");
    GitCommand.init(temp.resolve("src/lib")).run("pull", "--quiet", "../hello", "main");
    open = GitHttpBackend.serve(temp.resolve("src"));
    closed = GitHttpBackend.serve(temp.resolve("src"), SECRET);
    rig = new WorkerRig(temp, "http://127.0.0.1:1");
    trap = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    trap.createContext(
        "/",
        exchange -> {
          trapped.add(
              exchange.getRequestURI() + " " + exchange.getRequestHeaders().get("Authorization"));
          String to = exchange.getRequestURI().getPath();
          if (to.startsWith("/to/")) {
            String target = to.substring(4).replace("_", "/").replace("!", ":");
            exchange
                .getResponseHeaders()
                .add("Location", target.replaceAll("/info/refs.*", "") + REFS);
            exchange.sendResponseHeaders(302, -1);
          } else {
            exchange.sendResponseHeaders(404, -1);
          }
          exchange.close();
        });
    trap.start();
    credential("private", "127.0.0.1:" + port(closed.url("")), SECRET);
    credential("elsewhere", "git.example.org", SECRET);
    credential("trap", "127.0.0.1:" + trap.getAddress().getPort(), SECRET);
    Files.createDirectories(rig.home.resolve("secrets/credentials/empty"));
  }

  private void credential(String name, String hosts, String token) throws IOException {
    Path folder = Files.createDirectories(rig.home.resolve("secrets/credentials/" + name));
    Files.writeString(folder.resolve("hosts"), hosts + "\n");
    Files.writeString(folder.resolve("user"), "ci\n");
    Files.writeString(folder.resolve("token"), token + "\n");
  }

  private static String port(String url) {
    return url.replaceAll(".*:(\\d+)/.*", "$1");
  }

  @BeforeEach
  void forget() {
    trapped.clear();
    rig.gitlab.requests.clear();
  }

  @AfterAll
  void stop() {
    rig.close();
    open.close();
    closed.close();
    trap.stop(0);
  }

  private WorkerRig.Answer post(String git, String ref, String credential) {
    Map<String, Object> order = new LinkedHashMap<>();
    order.put("git", git);
    order.put("ref", ref);
    order.put("name", "abuse");
    if (credential != null) {
      order.put("credential", credential);
    }
    return rig.post("/repo", order);
  }

  /** The worker may reach the loopback here; the registry's rule for these sources says no. */
  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"http://127.0.0.1", "http://localhost", "git://127.0.0.1"})
  void aRuleKeepsTheLoopbackOutWhateverTheWorkerMay(String host) {
    String url = host + ":" + port(open.url("hello")) + "/hello";
    Map<String, Object> order = new LinkedHashMap<>();
    order.put("git", url);
    order.put("ref", "main");
    order.put("name", "abuse");
    order.put("loopback", false);
    for (String path : List.of("/repo", "/refs")) {
      WorkerRig.Answer answer = rig.post(path, order);
      assertThat(answer.raw().body()).contains("not a public one");
      assertThat(answer.kind()).isEqualTo("source-address-refused");
    }
    assertThat(rig.gitlab.requests).noneMatch(request -> request.startsWith("POST"));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          file:///etc/passwd                      | 400 | bad-request            | 'git'
          /etc/passwd                             | 400 | bad-request            | 'git'
          ext::sh -c id                           | 400 | bad-request            | 'git'
          ext::/bin/id                            | 400 | bad-request            | 'git'
          --upload-pack=/bin/id                   | 400 | bad-request            | 'git'
          -oProxyCommand=id                       | 400 | bad-request            | 'git'
          ssh://-oProxyCommand=id/x               | 400 | bad-request            | 'git'
          ssh://-oProxyCommand=id@example.org/x   | 400 | bad-request            | option
          ssh://example.org/--upload-pack=id      | 400 | bad-request            | option
          git@example.org:-x                      | 400 | bad-request            | option
          https://ann:pw@example.org/x            | 400 | bad-request            | user or password
          https://ann@example.org/x               | 400 | bad-request            | user or password
          http://example.org@10.0.0.1/x           | 400 | bad-request            | user or password
          git://example.org/x%0aHost:evil         | 400 | bad-request            | control
          git://example.org/x%00y                 | 400 | bad-request            | control
          ftp://example.org/x                     | 400 | bad-request            | 'git'
          http://169.254.169.254/latest/meta-data | 422 | source-address-refused | 169.254.169.254
          http://10.0.0.1/x                       | 422 | source-address-refused | 10.0.0.1
          https://192.168.1.1/x                   | 422 | source-address-refused | 192.168.1.1
          git://172.16.0.1/x                      | 422 | source-address-refused | 172.16.0.1
          ssh://git@127.0.0.1/x                   | 422 | source-address-refused | 127.0.0.1
          http://[fd00::1]/x                      | 422 | source-address-refused | fd00
          http://[::ffff:10.0.0.1]/x              | 422 | source-address-refused | 10.0.0.1
          http://[64:ff9b::a00:1]/x               | 422 | source-address-refused | 64:ff9b
          http://0.0.0.0/x                        | 422 | source-address-refused | 0.0.0.0
          http://2130706433.example.invalid/x     | 502 | source-unreachable     | no host
          """)
  void anAddressThatMustNotBeAskedIsRefused(String git, int status, String kind, String said) {
    for (String path : List.of("/repo", "/refs")) {
      WorkerRig.Answer answer =
          path.equals("/repo") ? post(git, "main", null) : rig.post("/refs", Map.of("git", git));
      assertThat(answer.status()).as(answer.raw().body()).isEqualTo(status);
      assertThat(answer.kind()).isEqualTo(kind);
      assertThat(answer.detail()).contains(said).doesNotContain("pw@").doesNotContain("Exception");
    }
    assertThat(rig.gitlab.requests).noneMatch(request -> request.startsWith("POST /api/v4/proj"));
  }

  @ParameterizedTest(name = "redirect to {0}")
  @CsvSource({
    "http!__10.0.0.1_x, 10.0.0.1",
    "http!__169.254.169.254_latest, 169.254.169.254",
    "http!__[fd00!!1]_x, fd00",
    "file!___etc_passwd, ",
    "git!__127.0.0.1_x, "
  })
  void aRedirectIsCheckedLikeTheUrlItself(String to, String said) {
    String url = "http://127.0.0.1:%d/to/%s".formatted(trap.getAddress().getPort(), to);
    WorkerRig.Answer answer = post(url.replace("[", "%5B").replace("]", "%5D"), "main", null);
    assertThat(answer.status()).as(answer.raw().body()).isIn(422, 502);
    if (said != null) {
      assertThat(answer.kind()).isEqualTo("source-address-refused");
      assertThat(answer.detail()).contains(said);
    }
  }

  @ParameterizedTest(name = "ref {0}")
  @CsvSource(
      delimiter = '|',
      nullValues = "NULL",
      textBlock =
          """
          --upload-pack=id
          -x
          a..b
          a b
          refs/heads/../../config
          main:refs/heads/evil
          +main
          refs/heads/*
          main^{tree}
          main@{1}
          """)
  void aRefThatIsNoneIsRefused(String ref) {
    WorkerRig.Answer answer = post(open.url("hello"), ref, null);
    assertThat(answer.status()).as(answer.raw().body()).isIn(400, 422);
    assertThat(answer.kind()).isIn("bad-request", "ref-not-found");
  }

  @ParameterizedTest(name = "credential {0}")
  @CsvSource({
    "../ssh, credential-unknown",
    "none, credential-unknown",
    "empty, credential-unknown",
    "'', credential-unknown",
    "., credential-unknown",
    "elsewhere, credential-not-for-host"
  })
  void aCredentialIsGivenByItsNameAndToItsHostsOnly(String name, String kind) {
    WorkerRig.Answer answer = post(closed.url("hello"), "main", name);
    assertThat(answer.kind()).as(answer.raw().body()).isEqualTo(kind);
    assertThat(answer.raw().body()).doesNotContain(SECRET);
  }

  @Test
  void theCredentialOpensItsSourceAndIsSeenNowhere() throws IOException {
    assertThat(post(closed.url("hello"), "main", null).kind())
        .isEqualTo("source-needs-credentials");
    WorkerRig.Answer answer = post(closed.url("hello"), "main", "private");
    assertThat(answer.status()).as(answer.raw().body()).isEqualTo(200);
    assertThat(answer.body().path("commit").asText()).isEqualTo(commit);
    assertThat(answer.raw().body()).doesNotContain(SECRET);
    assertThat(
            rig.post("/refs", Map.of("git", closed.url("hello"), "credential", "private")).body())
        .isEqualTo(rig.post("/refs", Map.of("git", open.url("hello"))).body());
    assertThat(rig.post("/refs", Map.of("git", open.url("hello"))).body().toString())
        .isEqualTo("{\"refs\":{\"refs/heads/main\":\"%s\"}}".formatted(commit));
    try (Stream<Path> files = Files.walk(rig.home.resolve("data"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.UTF_8))
            .as("%s", file)
            .doesNotContain(SECRET);
      }
    }
  }

  @Test
  void whatACredentialOpenedIsNotGivenToWhoHasNone() {
    post(closed.url("hello"), "main", "private");
    assertThat(post(closed.url("hello"), commit, null).kind())
        .isEqualTo("source-needs-credentials");
  }

  @Test
  void aCredentialDoesNotFollowARedirectToAnotherServer() {
    int other = trap.getAddress().getPort();
    HttpServer second = second("http://localhost:%d/stolen".formatted(other));
    try {
      String host = "127.0.0.1:" + second.getAddress().getPort();
      credential("moved", host, SECRET);
      WorkerRig.Answer answer = post("http://%s/x".formatted(host), "main", "moved");
      assertThat(answer.status()).isIn(422, 502);
      assertThat(trapped).isNotEmpty().allMatch(request -> request.endsWith("null"));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } finally {
      second.stop(0);
    }
  }

  private static HttpServer second(String target) {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/",
          exchange -> {
            exchange.getResponseHeaders().add("Location", target + REFS);
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
          });
      server.start();
      return server;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void bigFilesThatLieElsewhereAreNamed() {
    WorkerRig.Answer answer = post(open.url("lfs"), "main", null);
    assertThat(answer.kind()).as(answer.raw().body()).isEqualTo("source-uses-lfs");
    assertThat(answer.detail()).contains("big.bin");
  }

  @Test
  void submodulesAreLeftOutAndNamedOrRefused() {
    assertThat(post(open.url("modules"), "main", null).body().path("actions").toString())
        .contains("left out the submodules lib, evil");
    Map<String, Object> order =
        Map.of("git", open.url("modules"), "ref", "main", "name", "abuse", "submodules", Map.of());
    WorkerRig.Answer refused = rig.post("/repo", order);
    assertThat(refused.kind()).isEqualTo("source-submodule");
    assertThat(refused.detail()).contains("'evil'", "'ext::sh -c touch% /tmp/owned'");
    assertThat(Path.of("/tmp/owned")).doesNotExist();
  }
}
