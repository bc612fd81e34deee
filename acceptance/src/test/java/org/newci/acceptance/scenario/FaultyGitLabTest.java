package org.newci.acceptance.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.newci.acceptance.system.FaultyFront;
import org.newci.acceptance.system.Promises;
import org.newci.acceptance.system.RunningSystem;

/** A GitLab that answers 429, 500, a page, nothing or never; its events are lost, doubled, late. */
class FaultyGitLabTest extends SeparateFixture {

  private FaultyFront front;

  @Override
  void prepare() {
    newci.set("NEWCI_HOOK_FAULTS", "lose=0.3,double=0.5,delay=0.3:200ms,reorder=0.5:1s,seed=11");
  }

  @BeforeAll
  void stepBetween() {
    front = FaultyFront.of(newci, "gitlab-stand-in");
    parts.startOver("vcs-worker", Map.of("gitlab-stand-in", front.port()));
  }

  @AfterAll
  void stepAside() {
    front.close();
  }

  /** While the project is made, while its pipeline runs, and while its artifact is fetched. */
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SILENT")
  void aGitLabThatFailsForAWhileIsWaitedFor(FaultyFront.Fault fault) {
    String name = "gitlab-" + fault.name().toLowerCase(Locale.ROOT);
    // More than one call is tried, but a page, which no call asks for again.
    int requests = fault == FaultyFront.Fault.HTML ? 1 : 5;
    front.fail(fault, requests);
    Promises.Accepted mirrored = submit(product(name, "1"));
    awaitState(mirrored, "building");
    assertThat(front.left()).isZero();
    front.fail(fault, requests);
    Awaitility.await("%s to have failed".formatted(fault))
        .atMost(RunningSystem.BUILD_LIMIT)
        .until(() -> front.left() == 0);
    assertThatAllSucceed();
  }

  /**
   * While the source is handed over, pushed, built and collected: only a deadline ends such a
   * request. All wait at once, for half a minute at most.
   */
  @Test
  void aGitLabThatTakesRequestsAndNeverAnswersIsAskedAgain() {
    submitIntoSilence("silent-first", "/api/v4/");
    submitIntoSilence("silent-push", "/info/refs$");
    submitIntoSilence("silent-watch", "/pipelines");
    submitIntoSilence("silent-artifacts", "/artifacts$");
    assertThatAllSucceed();
  }

  /** On that build's way one request gets no answer; whoever asks meanwhile gets one. */
  private void submitIntoSilence(String name, String path) {
    front.fail(FaultyFront.Fault.SILENT, 1, path);
    submit(product(name, "0"));
    Awaitility.await("a request to " + path)
        .atMost(RunningSystem.BUILD_LIMIT)
        .until(() -> front.left() == 0);
    assertAnswersAtOnce();
  }

  /** What does not pass is said, and nothing is deployed. */
  @Test
  void aGitLabThatRefusesTheTokenEndsTheBuild() throws Exception {
    Path token = newci.data().resolve("vcs-worker/secrets/gitlab.token");
    String right = Files.readString(token);
    Files.writeString(token, "glpat-expired0000000000\n");
    parts.startOver("vcs-worker", Map.of("gitlab-stand-in", front.port()));
    Promises.Accepted one = submit(product("token", "0"));
    JsonNode refused = allEnd().getFirst();
    assertThat(refused.path("outcome").asText()).isEqualTo("failed");
    assertThat(refused.path("sentence").asText()).contains("GitLab", "token");
    assertThat(newci.published(one.product().published()).status()).isEqualTo(404);
    Files.writeString(token, right);
    parts.startOver("vcs-worker", Map.of("gitlab-stand-in", front.port()));
    submit(one.product());
    assertThat(allEnd().getFirst().path("outcome").asText()).isEqualTo("succeeded");
  }
}
