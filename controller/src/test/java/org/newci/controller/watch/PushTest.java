package org.newci.controller.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.contracts.vcs.MirrorRequest;
import org.newci.controller.Rig;

/** Pushes start builds by polling and by webhooks of three servers, once each. */
class PushTest {

  private static final String SECRET = "the-push-secret";
  private static final String A = "a".repeat(40);
  private static final String B = "b".repeat(40);
  private static final String EXACT = "https://git.example/exact";
  private static final String WILD = "https://git.example/wild/x";
  private static final String REGISTRY =
      """
      operators: [everybody]
      projects:
        - match: https://git.example/exact
          credential: c1
          publish: ['*']
          watch: {branches: [main, 'release/*'], tags: ['v*'], artifact: out/a.bin, every: 1h}
        - match: https://git.example/wild/*
          watch: {branches: [main], every: 1h}
      default: {submit: [everybody]}
      """;

  @TempDir Path dir;
  private Rig rig;

  @BeforeEach
  void start() throws Exception {
    rig = new Rig(dir).registry(REGISTRY);
    Files.writeString(rig.home.secrets().resolve("push.secret"), SECRET + "\n");
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  private void refs(String url, String... namesAndCommits) {
    Map<String, String> refs = new ConcurrentHashMap<>();
    for (int i = 0; i < namesAndCommits.length; i += 2) {
      refs.put(namesAndCommits[i], namesAndCommits[i + 1]);
    }
    rig.vcs.refs.put(url, refs);
  }

  private void untilMirrors(int count) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(rig.vcs.mirrors).hasSize(count));
  }

  private HttpResponse<String> push(String body, String... headers) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(rig.url() + "/webhooks/push"))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .headers(headers)
            // Refused before it is read, a body that is still sent would break the connection.
            .expectContinue(body.length() > 100_000)
            .build();
    return rig.http.send(request, HttpResponse.BodyHandlers.ofString());
  }

  static String hmac(String secret, String body) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    return HexFormat.of().formatHex(mac.doFinal(body.getBytes(StandardCharsets.UTF_8)));
  }

  private static String gitlab(String url) {
    return "{\"object_kind\":\"push\",\"project\":{\"git_http_url\":\"%s.git\"}}".formatted(url);
  }

  private static String github(String url) {
    return "{\"ref\":\"refs/heads/main\",\"repository\":{\"clone_url\":\"%s\"}}".formatted(url);
  }

  @Test
  void aPushAloneStartsBuildsOfWatchedRefsOnceEach() throws Exception {
    refs(
        EXACT,
        "refs/heads/main",
        A,
        "refs/heads/release/1",
        B,
        "refs/heads/feature",
        A,
        "refs/tags/v1",
        A,
        "refs/merge-requests/1/head",
        B);
    rig.start();
    untilMirrors(3);
    assertThat(rig.vcs.mirrors.stream().map(MirrorRequest::ref))
        .containsExactlyInAnyOrder("main", "release/1", "refs/tags/v1");
    MirrorRequest main =
        rig.vcs.mirrors.stream().filter(m -> m.ref().equals("main")).findFirst().orElseThrow();
    assertThat(main.commit()).isEqualTo(A);
    assertThat(main.git()).isEqualTo(EXACT);
    assertThat(rig.vcs.refsAsked.getFirst().credential()).isEqualTo("c1");
    var build = rig.untilFinished(main.build());
    assertThat(build.path("submitter").asText()).isEqualTo("push");
    assertThat(build.path("published_name").asText()).isEqualTo("a.bin");

    // Doubled hints and a restart start nothing; a commit back and forth starts one each.
    int looks = rig.vcs.refsAsked.size();
    push(gitlab(EXACT), "X-Gitlab-Token", SECRET);
    push(gitlab(EXACT), "X-Gitlab-Token", SECRET);
    Awaitility.await().until(() -> rig.vcs.refsAsked.size() > looks);
    int before = rig.vcs.refsAsked.size();
    rig.restart();
    Awaitility.await().until(() -> rig.vcs.refsAsked.size() > before);
    assertThat(rig.vcs.mirrors).hasSize(3);
    for (String commit : List.of(B, A)) {
      rig.vcs.refs.get(EXACT).put("refs/heads/main", commit);
      int count = rig.vcs.mirrors.size();
      push(gitlab(EXACT), "X-Gitlab-Token", SECRET);
      untilMirrors(count + 1);
      assertThat(rig.vcs.mirrors.getLast().commit()).isEqualTo(commit);
    }
  }

  @Test
  void eachServersSignatureIsTaken() throws Exception {
    refs(WILD, "refs/heads/main", A);
    rig.start();
    String body = github(WILD);
    assertThat(push(body, "X-Hub-Signature-256", "sha256=" + hmac(SECRET, body)).body())
        .isEqualTo("{\"watched\":1}");
    untilMirrors(1);
    rig.vcs.refs.get(WILD).put("refs/heads/main", B);
    assertThat(push(body, "X-Gitea-Signature", hmac(SECRET, body)).statusCode()).isEqualTo(202);
    untilMirrors(2);
    assertThat(push(gitlab("https://git.example/not"), "X-Gitlab-Token", SECRET).body())
        .isEqualTo("{\"watched\":0}");
  }

  /** Somebody posted the commit by hand, and then its push is seen. */
  @Test
  void aCommitThatWasBuiltAlreadyIsNotBuiltAgain() throws Exception {
    rig.start();
    String id = rig.submit(WILD, null);
    String commit = rig.untilFinished(id).path("commit").asText();
    refs(WILD, "refs/heads/main", commit);
    int looks = rig.vcs.refsAsked.size();
    push(gitlab(WILD), "X-Gitlab-Token", SECRET);
    Awaitility.await().until(() -> rig.vcs.refsAsked.size() > looks);
    rig.vcs.refs.get(WILD).put("refs/heads/main", B);
    push(gitlab(WILD), "X-Gitlab-Token", SECRET);
    untilMirrors(2);
    assertThat(rig.vcs.mirrors.getLast().commit()).isEqualTo(B);
  }

  /** Somebody tried the commit without deploying it, or ended its build: the push still counts. */
  @Test
  void aBuildThatDidLessDoesNotSwallowAPush() throws Exception {
    rig.start();
    String testOnly = rig.submit(EXACT, null);
    String commit = rig.untilFinished(testOnly).path("commit").asText();
    rig.vcs.hangs = "exact";
    String ended = rig.submit(EXACT, "out/a.bin");
    untilMirrors(2);
    rig.send("POST", "/builds/" + ended + "/cancel", "");
    rig.vcs.hangs = "\0";
    rig.vcs.release();
    assertThat(rig.untilFinished(ended).path("outcome").asText()).isEqualTo("cancelled");
    refs(EXACT, "refs/heads/main", commit);
    push(gitlab(EXACT), "X-Gitlab-Token", SECRET);
    untilMirrors(3);
    assertThat(rig.vcs.mirrors.getLast().commit()).isEqualTo(commit);
    assertThat(rig.vcs.refsAsked).allMatch(asked -> Boolean.FALSE.equals(asked.loopback()));
  }

  @Test
  void forgedAndBrokenPushesStartNothing() throws Exception {
    refs(WILD, "refs/heads/main", A);
    rig.start();
    String body = github(WILD);
    String right = hmac(SECRET, body);
    String big = "{\"x\":\"" + "x".repeat(1024 * 1024) + "\"}";
    record Attempt(String body, int status, List<String> headers) {}
    List<Attempt> attempts =
        List.of(
            new Attempt(body, 401, List.of("X-Other", "1")),
            new Attempt("{broken", 401, List.of("X-Other", "1")),
            new Attempt(body, 401, List.of("X-Gitlab-Token", "wrong")),
            new Attempt(body, 401, List.of("X-Gitlab-Token", SECRET + "x")),
            new Attempt(body, 401, List.of("X-Gitlab-Token", " ")),
            new Attempt(big, 401, List.of("X-Gitlab-Token", "wrong")),
            new Attempt(body, 401, List.of("X-Hub-Signature-256", right)),
            new Attempt(body, 401, List.of("X-Hub-Signature-256", "sha256=")),
            new Attempt(body, 401, List.of("X-Hub-Signature-256", "sha256=" + "0".repeat(64))),
            new Attempt(body, 401, List.of("X-Hub-Signature-256", "sha1=" + right)),
            new Attempt(body + " ", 401, List.of("X-Hub-Signature-256", "sha256=" + right)),
            new Attempt(body, 401, List.of("X-Gitea-Signature", hmac("other", body))),
            new Attempt(body, 401, List.of("X-Gitea-Signature", right + "00")),
            new Attempt(body, 401, List.of("X-Gitlab-Token", SECRET, "X-Gitea-Signature", "00")),
            new Attempt(body, 401, List.of("Authorization", "Bearer " + rig.token("a", Set.of()))),
            new Attempt(big, 413, List.of("X-Gitlab-Token", SECRET)),
            new Attempt("", 400, List.of("X-Gitlab-Token", SECRET)),
            new Attempt("{broken", 400, List.of("X-Gitlab-Token", SECRET)),
            new Attempt("[1]", 400, List.of("X-Gitlab-Token", SECRET)),
            new Attempt(
                "{\"repository\":{\"clone_url\":7}}", 400, List.of("X-Gitlab-Token", SECRET)),
            new Attempt(github("file:///etc"), 202, List.of("X-Gitlab-Token", SECRET)),
            new Attempt(github("ext::sh -c id"), 202, List.of("X-Gitlab-Token", SECRET)),
            new Attempt(github("http://169.254.169.254/x"), 202, List.of("X-Gitlab-Token", SECRET)),
            new Attempt(
                github("https://git.example/wild/../x"), 202, List.of("X-Gitlab-Token", SECRET)));
    for (Attempt attempt : attempts) {
      HttpResponse<String> answer = push(attempt.body(), attempt.headers().toArray(String[]::new));
      assertThat(answer.statusCode())
          .as("%s %s", attempt.headers(), answer.body())
          .isEqualTo(attempt.status());
    }
    assertThat(rig.vcs.mirrors).isEmpty();
    assertThat(rig.vcs.refsAsked).allMatch(asked -> asked.git().equals(EXACT));
  }

  @Test
  void withoutASecretNobodyIsLetIn() throws Exception {
    Files.delete(rig.home.secrets().resolve("push.secret"));
    rig.start();
    assertThat(push(gitlab(WILD), "X-Gitlab-Token", "").statusCode()).isEqualTo(401);
    assertThat(push(gitlab(WILD), "X-Gitlab-Token", SECRET).statusCode()).isEqualTo(401);
  }

  @Test
  void failuresMakeThePausesLonger() {
    Random dice = new Random(3);
    Duration every = Duration.ofSeconds(60);
    for (int failures = 0; failures < 40; failures++) {
      Duration pause = Watched.pause(every, failures, dice);
      long usual = Math.min(3_600_000L, 60_000L << Math.min(failures, 20));
      assertThat(pause.toMillis()).isBetween((long) (usual * 0.8) - 1, (long) (usual * 1.2));
    }
    Watched one = new Watched(EXACT, Instant.EPOCH);
    assertThat(one.begin(Instant.EPOCH)).isTrue();
    assertThat(one.begin(Instant.EPOCH)).isFalse();
    one.hint(Instant.EPOCH);
    one.looked(false, every, Instant.EPOCH, dice);
    assertThat(one.begin(Instant.EPOCH)).isTrue();
  }
}
