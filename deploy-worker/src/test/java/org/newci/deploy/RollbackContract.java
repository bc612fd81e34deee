package org.newci.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.newci.shell.json.Json;

/** Going back, several files as one, and two workers of one environment. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RollbackContract {

  private Path dir;
  private Environment environment;
  private RunningWorker worker;

  abstract Environment environment(Path dir) throws Exception;

  @BeforeAll
  void start(@TempDir Path own) throws Exception {
    dir = own;
    environment = environment(dir.resolve("environment"));
    worker = new RunningWorker(dir, environment);
  }

  @AfterAll
  void stop() {
    worker.close();
    environment.close();
  }

  @Test
  void formerBytesAreServedAgainAndTheLaterOnesAreRefused() throws Exception {
    String one = worker.blob("r1", "one");
    String two = worker.blob("r2", "two");
    assertThat(deploy("app", one, 1, "b1").status()).isEqualTo(200);
    assertThat(deploy("app", two, 2, "b2").status()).isEqualTo(200);
    assertThat(worker.redeploy(Map.of("published_name", "app")).detail()).contains("'why'");

    var back =
        worker.redeploy(Map.of("published_name", "app", "why", "two is broken", "by", "ann"));
    assertThat(back.status()).as(back.toString()).isEqualTo(200);
    assertThat(back.body().path("sha256").asText()).isEqualTo(one);
    assertThat(site("app")).hasContent("one");

    JsonNode served = served("app");
    assertThat(served.path("sha256").asText()).isEqualTo(one);
    assertThat(served.path("by").asText()).isEqualTo("ann");
    assertThat(served.path("why").asText()).isEqualTo("two is broken");
    assertThat(served.path("build").asText()).isEqualTo("b1");
    assertThat(served.path("refused").path(0).asText()).isEqualTo(two);
    assertThat(served.path("former").path(0).path("build").asText()).isEqualTo("b2");

    // The very same request again, and the same bytes from another build.
    assertThat(deploy("app", two, 2, "b2").kind()).isEqualTo("sequence-used");
    var again = deploy("app", two, 3, "b3");
    assertThat(again.status()).isEqualTo(409);
    assertThat(again.kind()).isEqualTo("rolled-back");
    assertThat(worker.deploy("r2", "app").kind()).isEqualTo("rolled-back");
    assertThat(site("app")).hasContent("one");

    // Somebody says so; and what is new is not held back.
    var said = worker.redeploy(Map.of("published_name", "app", "sha256", two, "why", "fine"));
    assertThat(said.status()).as(said.toString()).isEqualTo(200);
    assertThat(site("app")).hasContent("two");
    assertThat(served("app").path("refused").path(0).asText()).isEqualTo(one);
    assertThat(deploy("app", worker.blob("r3", "three"), 4, "b4").status()).isEqualTo(200);
    assertThat(site("app")).hasContent("three");
  }

  @Test
  void whoWantsToLeaveWhatIsNotServedAnyMoreChangesNothing() throws Exception {
    String one = worker.blob("seen-1", "one");
    String two = worker.blob("seen-2", "two");
    deploy("seen", one, 1, "b1");
    deploy("seen", two, 2, "b2");
    // Somebody saw two; before their request comes, three is there.
    deploy("seen", worker.blob("seen-3", "three"), 3, "b3");
    Map<String, Object> back = new HashMap<>(Map.of("published_name", "seen", "why", "x"));
    back.put("served", two);
    for (boolean named : List.of(false, true)) {
      if (named) {
        back.put("sha256", one);
      }
      var late = worker.redeploy(back);
      assertThat(late.status()).isEqualTo(409);
      assertThat(late.kind()).isEqualTo("served-otherwise");
      assertThat(late.detail()).contains(two, "nothing was changed");
      assertThat(site("seen")).hasContent("three");
    }
    back.put("served", worker.blob("seen-3", "three"));
    assertThat(worker.redeploy(back).status()).isEqualTo(200);
    assertThat(site("seen")).hasContent("one");
    // Their answer was lost: the same again is what they have.
    var again = worker.redeploy(back);
    assertThat(again.status()).as(again.toString()).isEqualTo(200);
    back.put("served", "no digest");
    assertThat(worker.redeploy(back).detail()).contains("'served'");
  }

  @Test
  void whereNothingWasBeforeNothingIsServedAgain() throws Exception {
    deploy("lonely", worker.blob("l", "l"), 1, "b");
    assertThat(worker.redeploy(Map.of("published_name", "lonely", "why", "x")).status())
        .isEqualTo(409);
    var unknown =
        worker.redeploy(Map.of("published_name", "lonely", "why", "x", "sha256", "0".repeat(64)));
    assertThat(unknown.status()).isEqualTo(409);
    String foreign = worker.blob("foreign", "of another name");
    var never = worker.redeploy(Map.of("published_name", "lonely", "why", "x", "sha256", foreign));
    assertThat(never.status()).isEqualTo(409);
    assertThat(never.detail()).contains(foreign, "lonely");
    assertThat(site("lonely")).hasContent("l");
  }

  @Test
  void goingBackTwiceDoesNotBringBackWhatWasGoneBackFrom() throws Exception {
    deploy("twice", worker.blob("w1", "good"), 1, "b1");
    deploy("twice", worker.blob("w2", "broken"), 2, "b2");
    Map<String, Object> back = Map.of("published_name", "twice", "why", "broken");
    assertThat(worker.redeploy(back).status()).isEqualTo(200);
    // The answer was lost, and the person asks again.
    assertThat(worker.redeploy(back).status()).isEqualTo(409);
    assertThat(site("twice")).hasContent("good");
  }

  @Test
  void severalAppearTogetherOrNotAtAll() throws Exception {
    String a = worker.blob("t-a", "aaa");
    String b = worker.blob("t-b", "bb");
    var done = together(5, item("t-a", "t-1", a), item("t-b", "t-2", b));
    assertThat(done.status()).as(done.toString()).isEqualTo(200);
    assertThat(done.body().path("artifacts")).hasSize(2);
    assertThat(done.body().path("size").asInt()).isEqualTo(5);
    assertThat(site("t-1")).hasContent("aaa");
    assertThat(site("t-2")).hasContent("bb");
    assertThat(together(5, item("t-a", "t-1", a), item("t-b", "t-2", b)).body().path("changed"))
        .isEqualTo(Json.tree("false"));

    // The second is missing, has other bytes, or is too late: neither changes.
    String c = worker.blob("t-c", "ccc");
    assertThat(together(6, item("t-c", "t-1", c), item("t-no", "t-2", null)).status())
        .isEqualTo(404);
    assertThat(together(6, item("t-c", "t-1", c), item("t-b", "t-2", c)).status()).isEqualTo(422);
    assertThat(deploy("t-2", b, 9, "b9").status()).isEqualTo(200);
    assertThat(together(6, item("t-c", "t-1", c), item("t-b", "t-2", b)).kind())
        .isEqualTo("superseded");
    assertThat(site("t-1")).hasContent("aaa");
    assertThat(together(6, item("t-a", "same", a), item("t-b", "same", b)).status()).isEqualTo(400);
    assertThat(together(6).status()).isEqualTo(400);
  }

  @Test
  void whatACrashInterruptedBetweenTwoRenamesIsCompleted() throws Exception {
    String one = worker.blob("c-1", "first");
    String two = worker.blob("c-2", "second");
    together(1, item("c-1", "c-a", one), item("c-2", "c-b", two));
    // As it lies there when the worker died after the first of two renames to swapped bytes.
    Files.writeString(site("c-a"), "second");
    Files.writeString(site(".newci-upload-x"), "first");
    String step =
        """
        {"temp": "%s", "record": {"name": "%s", "sequence": 2, "sha256": "%s", "size": %d,
         "build": "b", "attempt": 1, "state": "publishing", "at": "2026-01-01T00:00:00Z"}}\
        """;
    String folder = environment.target().replaceFirst("ssh://[^/]*", "").replaceFirst("/$", "");
    Files.writeString(
        site(".newci/pending"),
        "{\"steps\": [%s, %s]}"
            .formatted(
                step.formatted(folder + "/.newci-upload-gone", "c-a", two, 6),
                step.formatted(folder + "/.newci-upload-x", "c-b", one, 5)));
    assertThat(deploy("c-other", one, 1, "b").status()).isEqualTo(200);
    assertThat(site("c-a")).hasContent("second");
    assertThat(site("c-b")).hasContent("first");
    assertThat(site(".newci/pending")).doesNotExist();
    assertThat(served("c-b").path("state").asText()).isEqualTo("published");
    assertThat(served("c-b").path("sha256").asText()).isEqualTo(one);
    assertThat(deploy("c-a", one, 1, "b").kind()).isEqualTo("superseded");
  }

  @Test
  void anAbandonedLockIsTakenOver() throws Exception {
    deploy("lock", worker.blob("k1", "k1"), 1, "b");
    Path lock = Files.createDirectories(site(".newci/lock/somebody"));
    Files.setLastModifiedTime(lock, FileTime.from(Instant.now().minus(Duration.ofMinutes(2))));
    assertThat(deploy("lock", worker.blob("k2", "k2"), 2, "b").status()).isEqualTo(200);
    assertThat(site("lock")).hasContent("k2");
    assertThat(lock).doesNotExist();
  }

  @Test
  void twoWorkersOfOneEnvironmentKeepTheOrder() throws Exception {
    try (RunningWorker other = new RunningWorker(dir.resolve("other"), environment);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> all = new ArrayList<>();
      for (int i = 1; i <= 24; i++) {
        RunningWorker one = i % 2 == 0 ? worker : other;
        String body = "version " + i;
        int sequence = i;
        String digest = one.blob("w" + i, body);
        all.add(
            threads.submit(
                () ->
                    one.deploy(
                            Map.of(
                                "artifact_id",
                                "sha256:" + digest,
                                "published_name",
                                "contended",
                                "sequence",
                                sequence))
                        .status()));
      }
      for (Future<Integer> status : all) {
        assertThat(status.get()).isIn(200, 409);
      }
    }
    assertThat(site("contended")).hasContent("version 24");
    assertThat(served("contended").path("sha256").asText())
        .isEqualTo(RunningWorker.sha256("version 24".getBytes(StandardCharsets.UTF_8)));
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(Leftovers.of(environment.folder())).isEmpty());
  }

  @Test
  void furtherEnvironmentsComeFromAFile() throws Exception {
    Environment second = environment(dir.resolve("second"));
    Path home = dir.resolve("two");
    var target = java.net.URI.create(second.target());
    Path file = dir.resolve("environments.json");
    Files.writeString(
        file,
        """
        {"environments": [{"name": "staging", "host": "127.0.0.1", "port": %s, "user": "%s",
          "key": "%s", "host_key": "%s", "folder": "%s", "url": "https://staging.example"}]}\
        """
            .formatted(
                target.getPort(),
                target.getUserInfo(),
                second.key(),
                second.knownHost().strip().replaceFirst("^\\S+ ", ""),
                target.getPath()));
    try (RunningWorker both =
        new RunningWorker(home, environment, Map.of("NEWCI_ENVIRONMENTS", file.toString()))) {
      both.blob("e", "eee");
      var answer =
          both.deploy(Map.of("artifact_id", "e", "published_name", "e", "environment", "staging"));
      assertThat(answer.body().path("url").asText()).isEqualTo("https://staging.example/e");
      assertThat(second.folder().resolve("e")).hasContent("eee");
      assertThat(site("e")).doesNotExist();
      assertThat(both.deployments("staging").body().path("deployments")).hasSize(1);
      var unknown = both.deployments("production");
      assertThat(unknown.kind()).isEqualTo("environment-unknown");
      assertThat(unknown.detail()).contains("test, staging");
    } finally {
      second.close();
    }
  }

  @Test
  void whatIsServedIsListedAPageAtATime() throws Exception {
    String sha256 = worker.blob("p", "p");
    Set<String> names = new HashSet<>();
    for (int i = 0; i < 7; i++) {
      deploy("page-" + i, sha256, 1, "b");
      names.add("page-" + i);
    }
    String after = "";
    int pages = 0;
    do {
      JsonNode page = worker.deployments("test&limit=3&after=" + after).body();
      assertThat(page.path("deployments").size()).isBetween(1, 3);
      page.path("deployments").forEach(one -> names.remove(one.path("published_name").asText()));
      after = page.path("next").asText(null);
      pages++;
    } while (after != null);
    assertThat(names).isEmpty();
    assertThat(pages).isGreaterThan(2);
    JsonNode one = worker.deployments("test&published_name=page-3").body().path("deployments");
    assertThat(one).hasSize(1);
    assertThat(one.path(0).path("published_name").asText()).isEqualTo("page-3");
    assertThat(worker.deployments("test&limit=0").status()).isEqualTo(400);
    assertThat(worker.deployments("test&published_name=none").body().path("deployments")).isEmpty();
  }

  private RunningWorker.Answer deploy(String name, String sha256, long sequence, String build)
      throws Exception {
    return worker.deploy(
        Map.of(
            "artifact_id", "sha256:" + sha256,
            "published_name", name,
            "sha256", sha256,
            "sequence", sequence,
            "build", build));
  }

  private RunningWorker.Answer together(long sequence, Object... items) throws Exception {
    return worker.deploy(
        Map.of("sequence", sequence, "build", "b", "artifacts", Arrays.asList(items)));
  }

  private static Map<String, Object> item(String artifact, String name, String sha256) {
    return sha256 == null
        ? Map.of("artifact_id", artifact, "published_name", name)
        : Map.of("artifact_id", artifact, "published_name", name, "sha256", sha256);
  }

  private JsonNode served(String name) throws Exception {
    for (JsonNode one : worker.deployments("test").body().path("deployments")) {
      if (one.path("published_name").asText().equals(name)) {
        return one;
      }
    }
    throw new IOException("nothing is served as " + name);
  }

  private Path site(String name) {
    return environment.folder().resolve(name);
  }
}
