package org.newci.acceptance.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.newci.acceptance.system.RunningSystem;
import org.newci.acceptance.system.Sources;
import org.newci.neighbours.NativeProcess;

/**
 * S05, S06, S07, S09: what cannot be built ends with a sentence, and harms nothing; all at once, as
 * two of them wait for half a minute.
 */
@Execution(ExecutionMode.CONCURRENT)
class FailureTest extends Fixture {

  @Test
  void s05RewrittenHistoryReplacesTheProject() {
    Sources.Repository repository = hello("s05", "old\n");
    JsonNode first = newci.finished(newci.submit(repository.url(), "master", "hello.bin"));
    assertThat(first.path("outcome").asText()).as(() -> story(first)).isEqualTo("succeeded");
    repository.write("seed", "new\n");
    repository.git("commit", "--quiet", "--all", "--amend", "--message", "Another history");
    JsonNode second = newci.finished(newci.submit(repository.url(), "master", "hello.bin"));
    assertThat(second.path("outcome").asText()).as(() -> story(second)).isEqualTo("succeeded");
    assertThat(newci.published("hello.bin").body()).isEqualTo(bytes("NEW\n"));
    assertThat(second.path("commit").asText()).isNotEqualTo(first.path("commit").asText());
    // The first log is kept although its GitLab project is gone.
    assertThat(newci.log(first.path("id").asText())).contains("building master");
  }

  @Test
  void s06NoCiFileEndsTheBuild() {
    Sources.Repository repository = sources.repository("s06", Map.of("README", "nothing\n"));
    JsonNode build = newci.finished(newci.submit(repository.url(), "master", "hello.bin"));
    assertThat(build.path("outcome").asText()).isEqualTo("failed");
    assertThat(build.path("sentence").asText()).containsIgnoringCase("pipeline");
  }

  @Test
  void aBrokenCiFileIsNamed() {
    Sources.Repository repository = withCi("broken", "build:\n  script: [make]\n  colour: red\n");
    JsonNode build = newci.finished(newci.submit(repository.url(), "master", null));
    assertThat(build.path("outcome").asText()).isEqualTo("failed");
    assertThat(build.path("sentence").asText()).contains("colour");
  }

  @Test
  void s07EachUnreachableSourceHasItsSentence() throws IOException {
    Sources.Repository good = hello("s07", "fine\n");
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      String hanging =
          newci.submit(
              "git://127.0.0.1:%d/hanging".formatted(silent.getLocalPort()), "master", null);
      String refusing =
          newci.submit(
              "git://127.0.0.1:%d/refusing".formatted(NativeProcess.freePort()), "master", null);
      String missing = newci.submit(sources.urlOf("no-such-repository"), "master", null);
      String noRef = newci.submit(good.url(), "no-such-branch", null);

      // Others are not delayed by the one that hangs.
      JsonNode fine = newci.finished(newci.submit(good.url(), "master", null));
      assertThat(fine.path("outcome").asText()).as(() -> story(fine)).isEqualTo("succeeded");
      Set<String> sentences = new HashSet<>();
      for (String id : List.of(refusing, missing, noRef)) {
        sentences.add(sentenceOfFailure(id));
      }
      assertThat(newci.build(hanging).path("state").asText()).isNotEqualTo("queued");
      sentences.add(sentenceOfFailure(hanging));
      assertThat(sentences).as("four different sentences").hasSize(4);
    }
  }

  @Test
  void s09FailingBuildNeverDeploys() {
    String ci =
        """
        build:
          script:
            - echo made > s09.bin
            - exit 3
          artifacts:
            when: always
            paths: [s09.bin]
        """;
    Sources.Repository repository = withCi("s09", ci);
    JsonNode build = newci.finished(newci.submit(repository.url(), "master", "s09.bin"));
    assertThat(build.path("outcome").asText()).isEqualTo("failed");
    assertThat(build.path("sentence").asText()).contains("build").contains("3");
    assertThat(newci.published("s09.bin").status()).isEqualTo(404);
    assertThat(newci.log(build.path("id").asText())).contains("exit code 3");
  }

  @Test
  void aMissingArtifactListsTheCandidates() {
    Sources.Repository repository = hello("candidates", "x\n");
    JsonNode build = newci.finished(newci.submit(repository.url(), "master", "other.bin"));
    assertThat(build.path("outcome").asText()).isEqualTo("failed");
    assertThat(build.path("sentence").asText()).contains("other.bin", "hello.bin");
  }

  @Test
  void cancelEndsABuildAndRetryBuildsTheSameCommit() {
    String ci =
        """
        build:
          script:
            - echo started
            - test -e /nothing || sleep 60
        """;
    Sources.Repository repository = withCi("cancelled", ci);
    String id = newci.submit(repository.url(), "master", null);
    Awaitility.await()
        .atMost(RunningSystem.BUILD_LIMIT)
        .until(() -> newci.log(id).contains("started"));
    String url = newci.env("NEWCI_URL") + "/builds/" + id;
    assertThat(newci.web().post(url + "/cancel", "").status()).isEqualTo(202);
    JsonNode build = newci.finished(id);
    assertThat(build.path("outcome").asText()).isEqualTo("cancelled");
    assertThat(newci.web().post(url + "/cancel", "").status()).isEqualTo(409);

    String commit = build.path("commit").asText();
    repository.commit(Map.of(".gitlab-ci.yml", "build:\n  script: [\"true\"]\n"));
    String again = newci.web().post(url + "/retry", "").json().path("id").asText();
    assertThat(again).isNotEqualTo(id);
    Awaitility.await()
        .atMost(RunningSystem.BUILD_LIMIT)
        .until(() -> newci.log(again).contains("started"));
    newci.web().post(newci.env("NEWCI_URL") + "/builds/" + again + "/cancel", "");
    JsonNode retried = newci.finished(again);
    assertThat(retried.path("commit").asText()).isEqualTo(commit);
    assertThat(retried.path("retry_of").asText()).isEqualTo(id);
  }

  private String sentenceOfFailure(String id) {
    JsonNode build = newci.finished(id);
    assertThat(build.path("outcome").asText()).as(() -> story(build)).isEqualTo("failed");
    String sentence = build.path("sentence").asText();
    assertThat(sentence).isNotBlank().doesNotContain("Exception").endsWith(".");
    return sentence.replaceAll(":\\d+", "").replaceAll("'[^']*'|git://\\S+", "");
  }
}
