package org.newci.acceptance.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.newci.acceptance.system.Parts;
import org.newci.acceptance.system.Product;
import org.newci.acceptance.system.Promises;
import org.newci.neighbours.TcpLine;

/** S23: each component is killed at each step of a build, and started again. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class KillTest extends SeparateFixture {

  /** Lines of an artifact that takes a moment to move. */
  private static final int LARGE = 40_000;

  private TcpLine line;
  private Product slowSource;
  private Product deployed;
  private Product large;
  private Product other;
  private Promises.Accepted orphan;

  @BeforeAll
  void makeProducts() {
    slowSource = product("slow-source", "0");
    deployed = product("deployed", "0");
    large = Product.of(sources, "large", "0", LARGE);
    other = product("other", "0.3");
    line = TcpLine.to(java.net.URI.create(slowSource.url()).getPort());
  }

  @AfterAll
  void closeLine() {
    line.close();
  }

  private Promises.Accepted submitOverLine() {
    String url = slowSource.url().replaceFirst(":\\d+/", ":" + line.port() + "/");
    return noted(promises.submit(slowSource, url));
  }

  /** The power goes: nothing is there any more, not even who watches; then it comes back. */
  @Test
  @Order(1)
  void everythingIsKilledAtOnce() {
    Promises.Accepted first = submit(large);
    // It waits for the first: a job that ran now would be lost with its runner.
    submit(large);
    awaitState(first, "collecting");
    parts.kill("up");
    Parts.ALL.forEach(parts::kill);
    newci.up("--separate");
    List<JsonNode> builds = allEnd();
    assertThat(builds.getFirst().path("outcome").asText())
        .as(builds.toString())
        .isEqualTo("succeeded");
  }

  /** Builds wait, are mirrored, run and are deployed at the moment of the kill. */
  @ParameterizedTest
  @Order(2)
  @ValueSource(
      strings = {
        "gitlab-stand-in",
        "runner",
        "controller",
        "vcs-worker",
        "artifact-store",
        "deploy-worker",
        "test-env"
      })
  void killedWhileBuildsAreAtEveryStep(String part) {
    // The runner's is to be under way still when it is killed.
    String seconds = part.equals("runner") ? "60" : "2";
    Promises.Accepted running = submit(product("running-" + part, seconds));
    awaitLog(running, "started");
    parts.freeze("test-env");
    Promises.Accepted deploying = submit(deployed);
    line.holdAfter(0);
    Promises.Accepted mirroring = submitOverLine();
    Promises.Accepted queued = submitOverLine();
    awaitState(deploying, "deploying");
    awaitState(mirroring, "mirroring");
    assertThat(state(queued)).isEqualTo("queued");
    parts.kill(part);
    if (!part.equals("test-env")) {
      parts.thaw("test-env");
    }
    parts.start(part);
    line.mend();
    if (part.equals("runner")) {
      // Nobody knows of its job any more until GitLab misses the runner.
      orphan = running;
      mine.remove(running);
    }
    assertThat(allEnd())
        .allSatisfy(build -> assertThat(build.path("outcome").asText()).isEqualTo("succeeded"));
  }

  /** At a moment that the build's own state tells. */
  @ParameterizedTest
  @Order(3)
  @CsvSource({
    "vcs-worker,collecting",
    "artifact-store,collecting",
    "controller,deploying",
    "deploy-worker,deploying",
    "test-env,deploying"
  })
  void killedAtThatMoment(String part, String state) {
    submit(other);
    Promises.Accepted one = submit(large);
    Promises.Accepted next = submit(large);
    awaitState(one, state);
    parts.kill(part);
    parts.start(part);
    assertThat(allEnd())
        .allSatisfy(build -> assertThat(build.path("outcome").asText()).isEqualTo("succeeded"));
    assertThat(newci.published(large.published()).text()).contains(" " + next.version() + " ");
  }

  /** A GitLab that was away gives runners their time anew, so that it is killed before. */
  @Test
  @Order(4)
  void theJobOfAKilledRunnerFailsWithASentence() {
    mine.add(orphan);
    JsonNode build = allEnd().getFirst();
    assertThat(build.path("outcome").asText()).isEqualTo("failed");
    assertThat(build.path("sentence").asText()).contains("runner");
  }
}
