package org.newci.acceptance.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.newci.acceptance.system.Jwt;
import org.newci.acceptance.system.Parts;
import org.newci.acceptance.system.Product;
import org.newci.acceptance.system.Promises;
import org.newci.acceptance.system.RunningSystem;
import org.newci.acceptance.system.Shell;
import org.newci.acceptance.system.Web;
import org.newci.neighbours.NeedsProgram;
import org.newci.neighbours.TcpLine;

/** S25 and more: peers that hang, and lines between components that refuse, break, hang, crawl. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PeersTest extends SeparateFixture {

  private static final Duration SOON = Duration.ofSeconds(20);

  /** How often S25 asks. */
  private static final int OFTEN = 100;

  /** Enough for a handshake and the beginning of a request. */
  private static final int INTO_A_REQUEST = 2_000;

  /** How a line fails. */
  private enum Fault {
    REFUSED,
    CUT,
    HALF_OPEN,
    SLOW
  }

  private final Map<String, TcpLine> lines = new LinkedHashMap<>();
  private final AtomicInteger numbers = new AtomicInteger();
  private Product deployed;

  @BeforeAll
  void makeProduct() {
    deployed = product("deployed", "0");
  }

  @AfterAll
  void closeLines() {
    lines.values().forEach(TcpLine::close);
  }

  private Product fresh(String seconds) {
    return product("peers-" + numbers.incrementAndGet(), seconds);
  }

  private String submitWithoutArtifact() {
    Product product = fresh("0");
    int version = product.next();
    String body = "{\"repo\":\"%s\",\"ref\":\"v%d\"}".formatted(product.url(), version);
    Web.Answer answer =
        newci.web().within(NO_PEERS_DEADLINE).post(newci.env("NEWCI_URL") + "/cd", body);
    assertThat(answer.status()).as(answer.text()).isEqualTo(202);
    return answer.json().path("id").asText();
  }

  /** A build that is being deployed needs neither GitLab nor its runners any more. */
  @ParameterizedTest
  @Order(1)
  @ValueSource(strings = {"vcs-worker", "gitlab-stand-in", "runner"})
  void aDeploymentGoesOnWhileWhatBuildsHangs(String part) {
    parts.freeze("test-env");
    Promises.Accepted deploying = submit(deployed);
    awaitState(deploying, "deploying");
    parts.freeze(part);
    parts.thaw("test-env");
    Promises.Accepted newcomer = submit(fresh("0"));
    assertAnswersAtOnce();
    assertThat(newci.finished(deploying.id()).path("outcome").asText()).isEqualTo("succeeded");
    assertAnswersAtOnce();
    assertThat(state(newcomer)).isNotEqualTo("finished");
    parts.thaw(part);
    assertThatAllSucceed();
  }

  /** A build without an artifact needs neither the store nor an environment. */
  @ParameterizedTest
  @Order(2)
  @ValueSource(strings = {"artifact-store", "deploy-worker", "test-env"})
  void aBuildThatDeploysNothingGoesOnWhileWhatDeploysHangs(String part) {
    parts.freeze(part);
    Promises.Accepted hanging = submit(fresh("0"));
    assertAnswersAtOnce();
    JsonNode plain = newci.finished(submitWithoutArtifact());
    assertThat(plain.path("outcome").asText()).as(plain.toString()).isEqualTo("succeeded");
    awaitState(hanging, part.equals("artifact-store") ? "collecting" : "deploying");
    assertAnswersAtOnce();
    assertThat(state(hanging)).isNotEqualTo("finished");
    parts.thaw(part);
    assertThatAllSucceed();
  }

  /** S25: with nobody left to ask, what is answered does not hang on anybody. */
  @Test
  @Order(3)
  void theUserIsAnsweredWhileEverybodyElseHangs() {
    parts.freeze("test-env");
    awaitState(submit(deployed), "deploying");
    awaitLog(submit(fresh("2")), "started");
    List<String> others = Parts.ALL.stream().filter(part -> !part.equals("controller")).toList();
    others.forEach(parts::freeze);
    try {
      submit(fresh("0"));
      assertAnswersAtOnce(OFTEN);
    } finally {
      // Else the system's end would wait for each of them.
      others.forEach(parts::thaw);
    }
    assertThatAllSucceed();
  }

  /** S17: somebody else answers where the environment was. */
  @Test
  @Order(4)
  @NeedsProgram("ssh-keygen")
  void anEnvironmentWithAnotherHostKeyIsGivenNothing() throws IOException {
    submit(deployed);
    assertThatAllSucceed();
    byte[] before = newci.published(deployed.published()).body();
    Path key = newci.data().resolve("test-env/secrets/ssh_host.key");
    byte[] right = Files.readAllBytes(key);
    Path other = newci.data().resolve("other.key");
    Shell.run(
            Path.of("/"),
            Map.of(),
            SOON,
            List.of("ssh-keygen", "-q", "-t", "ecdsa", "-m", "PEM", "-N", "", "-f", "" + other))
        .ok();
    Files.write(key, Files.readAllBytes(other));
    parts.kill("test-env");
    parts.start("test-env");
    JsonNode refused = newci.finished(submit(deployed).id());
    assertThat(refused.path("outcome").asText()).isEqualTo("failed");
    assertThat(refused.path("sentence").asText()).contains("host key");
    assertThat(newci.published(deployed.published()).body()).isEqualTo(before);
    Files.write(key, right);
    parts.kill("test-env");
    parts.start("test-env");
    assertThat(allEnd()).hasSize(1);
    submit(deployed);
    assertThatAllSucceed();
  }

  /** S20, for tokens: the controller's own one has ended. */
  @Test
  @Order(5)
  void anExpiredTokenOfAComponentIsWhatTheBuildSays() throws IOException {
    Path token = newci.data().resolve("controller/secrets/token.jwt");
    String right = Files.readString(token);
    String expired =
        Jwt.of(newci.data(), Clock.systemUTC().instant())
            .signed("newci", "vcs-worker", "repo:post", Duration.ofHours(-1));
    Files.writeString(token, expired);
    submit(fresh("0"));
    JsonNode refused = allEnd().getFirst();
    assertThat(refused.path("outcome").asText()).isEqualTo("failed");
    assertThat(refused.path("sentence").asText()).contains("VCS worker", "token");
    assertAnswersAtOnce();
    Files.writeString(token, right);
    submit(fresh("0"));
    assertThatAllSucceed();
  }

  @ParameterizedTest
  @Order(6)
  @EnumSource
  void linesBetweenComponentsThatFailOnceLoseNothing(Fault fault) {
    connect();
    submit(deployed);
    Promises.Accepted second = submit(fresh("0"));
    lines.values().forEach(line -> harm(line, fault));
    // Looks at builds go over them all the time: each has failed by then.
    Awaitility.await("some line to fail")
        .atMost(RunningSystem.BUILD_LIMIT)
        .until(() -> fault != Fault.HALF_OPEN || lines.values().stream().anyMatch(TcpLine::held));
    assertAnswersAtOnce();
    if (fault == Fault.SLOW) {
      newci.finished(second.id());
    }
    if (fault == Fault.HALF_OPEN) {
      lines.values().forEach(TcpLine::cut);
    }
    if (fault != Fault.CUT) {
      lines.values().forEach(TcpLine::mend);
    }
    assertThatAllSucceed();
    lines.values().forEach(TcpLine::mend);
  }

  private static void harm(TcpLine line, Fault fault) {
    switch (fault) {
      case REFUSED -> line.refuse();
      case CUT -> line.cutAfter(INTO_A_REQUEST);
      case HALF_OPEN -> line.holdAfter(INTO_A_REQUEST);
      case SLOW -> line.slowBy(Duration.ofMillis(20));
    }
  }

  /** From the first time on everybody reaches everybody over a line. */
  private void connect() {
    if (!lines.isEmpty()) {
      return;
    }
    Map<String, Integer> over = new LinkedHashMap<>();
    for (String part :
        List.of("gitlab-stand-in", "artifact-store", "vcs-worker", "deploy-worker")) {
      TcpLine line = TcpLine.to(parts.port(part));
      lines.put(part, line);
      over.put(part, line.port());
    }
    for (String part : List.of("vcs-worker", "deploy-worker", "controller", "runner")) {
      Map<String, Integer> others = new LinkedHashMap<>(over);
      others.remove(part);
      parts.startOver(part, others);
    }
  }
}
