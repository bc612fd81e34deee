package org.newci.acceptance.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.newci.acceptance.system.RegistryRules;
import org.newci.acceptance.system.Sources;
import org.newci.acceptance.system.Web;

/** S16, S32, S33, S34: what a build, and what it made, cannot do to others. */
class IsolationTest extends Fixture {

  /** Stays while the other looks around, and leaves what it can behind. */
  private static final String LEAVES =
      """
      leaves:
        script:
          - echo left > /tmp/left-by-x; echo left > $HOME/left-by-x; echo left > ../left-by-x || true
          - echo left > /dev/shm/left-by-x
          - (exec -a s32-daemon-of-x setsid sleep 600 > /dev/null 2>&1 < /dev/null &)
          - (exec -a s32-child-of-x sleep 20) & wait
      """;

  private static final String LOOKS =
      """
      looks:
        script:
          - if find / -name left-by-x 2> /dev/null | grep .; then exit 11; fi
          - if cat /proc/[0-9]*/cmdline 2> /dev/null | tr '\\0' ' ' | grep 's32-[a-z]*-of-x'; then exit 12; fi
          - kill -9 -1 2> /dev/null || true
      """;

  private static final String REACHES =
      """
      reaches:
        script:
          - 'for port in PORTS; do if timeout 5 bash -c "exec 3<> /dev/tcp/127.0.0.1/$port" 2> /dev/null; then exit 13; fi; done'
          - 'for port in PORTS; do if timeout 5 bash -c "exec 3<> /dev/tcp/10.0.2.2/$port" 2> /dev/null; then exit 14; fi; done'
          - if [ -e DATA ] || [ -e /root/.ssh ] || [ -r /etc/shadow ]; then exit 15; fi
      """;

  @Test
  void s32OneJobNeitherSeesNorHarmsAnother() {
    String x = newci.submit(withCi("s32-x", LEAVES).url(), "master", null);
    Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .until(
            () ->
                processes("s32-child-of-x") > 0
                    || newci.build(x).path("state").asText().equals("finished"));
    String y = newci.submit(withCi("s32-y", LOOKS).url(), "master", null);
    // The second script ends itself: what counts is that it had seen nothing, and whom it reached.
    String log = newci.finished(y).toPrettyString() + newci.log(y);
    assertThat(log).doesNotContain("exit code 11", "exit code 12", "\"exit_code\" : 1");
    JsonNode first = newci.finished(x);
    assertThat(first.path("outcome").asText()).as(story(first)).isEqualTo("succeeded");
    Awaitility.await().until(() -> processes("s32-daemon-of-x") == 0);
    String later =
        newci.submit(
            withCi("s32-z", LOOKS.replace("kill -9 -1 2> /dev/null || true", "echo saw nothing"))
                .url(),
            "master",
            null);
    JsonNode again = newci.finished(later);
    assertThat(again.path("outcome").asText()).as(story(again)).isEqualTo("succeeded");
  }

  @Test
  void s32NoComponentIsInAJobsReach() {
    String ports =
        newci.env().values().stream()
            .filter(value -> value.startsWith("https://"))
            .map(value -> Integer.toString(URI.create(value).getPort()))
            .distinct()
            .reduce("", (a, b) -> a + " " + b);
    assertThat(ports).hasSizeGreaterThan(20);
    String ci = REACHES.replace("PORTS", ports.strip()).replace("DATA", newci.data().toString());
    JsonNode build = newci.finished(newci.submit(withCi("s32-reach", ci).url(), "master", null));
    assertThat(build.path("outcome").asText()).as(story(build)).isEqualTo("succeeded");
  }

  @Test
  void s33LinksAndWaysOutAreNotFollowed() {
    for (String make : List.of("ln -s /etc/passwd s33.bin", "ln -s ../../../etc/passwd s33.bin")) {
      String ci =
          """
          evil:
            script:
              - %s
              - echo plain > plain.txt
            artifacts:
              paths: [s33.bin, plain.txt, /etc/passwd, ../../etc/passwd]
          """
              .formatted(make);
      String id = newci.submit(withCi("s33-" + make.length(), ci).url(), "master", "s33.bin");
      JsonNode build = newci.finished(id);
      assertThat(build.path("outcome").asText()).as(story(build)).isEqualTo("failed");
      assertThat(build.path("sentence").asText()).contains("s33.bin");
      assertThat(newci.published("s33.bin").status()).isEqualTo(404);
      assertThat(newci.log(id)).doesNotContain("root:x:0:0");
    }
  }

  /** A FIFO stands for all that is no file: the sandbox makes no device node (EscapeTest). */
  @Test
  void s33SpecialFilesAndBombsAreRefusedByName() {
    Map<String, String> evil =
        Map.of(
            "fifo", "mkfifo s33-b.bin",
            "bomb", "truncate --size 64M s33-b.bin",
            "crowd", "mkdir s33-b.bin; cd s33-b.bin; seq 10001 | xargs touch; cd ..");
    Map<String, String> ids = new TreeMap<>();
    Map<String, String> reasons =
        Map.of("fifo", "s33-b.bin", "bomb", "67108864 bytes", "crowd", "10000");
    Map<String, Sources.Repository> all = new TreeMap<>();
    evil.forEach(
        (name, make) ->
            all.put(
                name,
                withCi(
                    "s33-b-" + name,
                    "evil: {script: ['%s'], artifacts: {paths: [s33-b.bin]}}\n".formatted(make))));
    StringBuilder rules = new StringBuilder();
    all.values()
        .forEach(
            repository ->
                rules.append(
                    "  - {match: '%s', loopback: true, publish: ['*'], limits: {artifact: 1MiB}}\n"
                        .formatted(repository.url())));
    try (RegistryRules _ = RegistryRules.before(newci, rules.toString())) {
      all.forEach(
          (name, repository) ->
              ids.put(name, newci.submit(repository.url(), "master", "s33-b.bin")));
      ids.forEach(
          (name, id) -> {
            JsonNode build = newci.finished(id);
            assertThat(build.path("outcome").asText()).as(() -> story(build)).isEqualTo("failed");
            assertThat(build.path("sentence").asText()).contains(reasons.get(name));
          });
      assertThat(newci.published("s33-b.bin").status()).isEqualTo(404);
    }
  }

  @Test
  void s34AHangingJobEndsWithAllItLeftAndTheNextIsServed() {
    String ci =
        """
        hangs:
          timeout: 3 seconds
          script:
            - trap '' TERM INT HUP
            - (exec -a s34-child setsid bash -c 'trap "" TERM; sleep 900') &
            - while true; do sleep 1 || true; done
        """;
    String id = newci.submit(withCi("s34-hangs", ci).url(), "master", null);
    JsonNode build = newci.finished(id);
    assertThat(build.path("outcome").asText()).as(story(build)).isIn("timed out", "failed");
    assertThat(build.path("sentence").asText()).containsIgnoringCase("time");
    Awaitility.await().until(() -> processes("s34-child") == 0);
    JsonNode next =
        newci.finished(newci.submit(hello("s34-next", "next").url(), "master", "hello.bin"));
    assertThat(next.path("outcome").asText()).as(story(next)).isEqualTo("succeeded");
  }

  @Test
  void s16WhateverTheNameItIsServedUnderItOrRefused() throws IOException {
    newci.web().put(newci.env("NEWCI_BLOBS_URL") + "/blobs/s16", bytes("s16\n"));
    String before = served();
    for (String name :
        List.of(
            "a/b",
            "../s16-up",
            "..",
            "-rf",
            "$(touch s16-sh)",
            "a\\nb",
            "",
            ".hidden",
            "a\\u0000b")) {
      Web.Answer answer =
          newci
              .web()
              .post(
                  newci.env("NEWCI_DEPLOY_URL") + "/deploy",
                  "{\"artifact_id\":\"s16\",\"published_name\":\"%s\"}".formatted(name));
      if (answer.status() == 200) {
        assertThat(newci.web().as("").get(answer.json().path("url").asText()).text())
            .isEqualTo("s16\n");
      } else {
        assertThat(answer.status()).as(name + ": " + answer.text()).isEqualTo(400);
      }
      assertThat(served()).doesNotContain("/s16-up", "/s16-sh");
    }
    assertThat(Files.exists(newci.data().resolve("s16-up"))).isFalse();
    assertThat(before).isNotEmpty();
  }

  private String served() throws IOException {
    try (Stream<Path> files = Files.walk(newci.data().resolve("test-env"))) {
      return String.join("\n", files.map(Path::toString).toList());
    }
  }

  /** How many processes of this machine are called that. */
  private static long processes(String name) {
    return ProcessHandle.allProcesses()
        .filter(one -> commandLine(one.pid()).startsWith(name))
        .count();
  }

  private static String commandLine(long pid) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/cmdline"));
    } catch (IOException e) {
      // It has gone since.
      return "";
    }
  }
}
