package org.newci.acceptance.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.newci.acceptance.system.Parts;
import org.newci.acceptance.system.Product;
import org.newci.acceptance.system.Promises;
import org.newci.acceptance.system.RunningSystem;
import org.newci.acceptance.system.Sources;
import org.newci.acceptance.system.Web;
import org.newci.neighbours.NeedsProgram;

/** A system of its own whose components are processes that may be harmed. */
@NeedsProgram({"bwrap", "slirp4netns", "ip", "git"})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SeparateFixture {

  /**
   * Shorter than what the controller grants to a peer that is there and says nothing: 20 s at least
   * ({@code LOOK} of its {@code VcsWorker}, {@code ASKING} of its {@code UploadGrants}, {@code
   * APPEND} of its {@code LogStore}).
   */
  static final Duration NO_PEERS_DEADLINE = Duration.ofSeconds(5);

  private static final Duration PROMISED = Duration.ofSeconds(1);

  RunningSystem newci;
  Parts parts;
  Sources sources;
  Promises promises;

  /** What the present test has had accepted. */
  final List<Promises.Accepted> mine = new ArrayList<>();

  private @Nullable Product asked;

  @BeforeAll
  void start(@TempDir Path own) {
    newci = RunningSystem.fresh();
    prepare();
    newci.up("--separate");
    parts = new Parts(newci);
    sources = Sources.serve(own);
    promises = new Promises(newci);
  }

  /** Before the system is up for the first time. */
  void prepare() {
    // Most need nothing.
  }

  /** Once it is down. */
  void cleanUp() {
    // Most leave nothing.
  }

  @AfterAll
  void stop() {
    if (promises != null) {
      promises.close();
      sources.close();
    }
    newci.down();
    cleanUp();
    newci.close();
  }

  /** A product whose job works that many seconds and writes a small file. */
  Product product(String name, String seconds) {
    return Product.of(sources, name, seconds, 500);
  }

  Promises.Accepted submit(Product product) {
    return noted(promises.submit(product));
  }

  Promises.Accepted noted(Promises.Accepted accepted) {
    mine.add(accepted);
    return accepted;
  }

  /** Waits until it has come as far as that, or further. */
  void awaitState(Promises.Accepted one, String state) {
    Awaitility.await("%s to be %s".formatted(one, state))
        .atMost(RunningSystem.BUILD_LIMIT)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> List.of(state, "finished").contains(state(one)));
  }

  String state(Promises.Accepted one) {
    return newci.build(one.id()).path("state").asText();
  }

  void awaitLog(Promises.Accepted one, String text) {
    Awaitility.await("%s to say %s".formatted(one, text))
        .atMost(RunningSystem.BUILD_LIMIT)
        .until(() -> newci.log(one.id()).contains(text));
  }

  /**
   * What the user asks is answered within a second, whoever hangs. On a busy machine one answer may
   * take longer for want of a processor, so a second for each would show nothing but that. But who
   * asks a peer that hangs has its answer never, and its deadline after {@link #NO_PEERS_DEADLINE}:
   * that each answer comes before shows that it asked nobody, and is the controller's own work; and
   * that some take less than the second shows that this work is short enough.
   */
  void assertAnswersAtOnce() {
    Asker asker = asker();
    awaitWithinASecond("POST /cd", asker::submit);
    awaitWithinASecond("GET /status", asker::status);
  }

  /** The same of so many questions in a row. */
  void assertAnswersAtOnce(int times) {
    Asker asker = asker();
    for (int i = 0; i < times; i++) {
      asker.submit();
      asker.status();
    }
    assertAnswersAtOnce();
  }

  private static void awaitWithinASecond(String what, Runnable question) {
    Awaitility.await(what + " to be answered within a second")
        .atMost(RunningSystem.BUILD_LIMIT)
        .until(
            () -> {
              long before = System.nanoTime();
              question.run();
              return System.nanoTime() - before < PROMISED.toNanos();
            });
  }

  private Asker asker() {
    Product known = asked;
    if (known == null) {
      known = product("asked", "0");
      known.next();
      asked = known;
    }
    String order = "{\"repo\":\"%s\",\"ref\":\"v1\"}".formatted(known.url());
    return new Asker(newci.web().within(NO_PEERS_DEADLINE), newci.env("NEWCI_URL"), order);
  }

  /** A user in a hurry; what is submitted is taken back. */
  private record Asker(Web web, String url, String order) {

    void submit() {
      Web.Answer answer = web.post(url + "/cd", order);
      assertThat(answer.status()).as(answer.text()).isEqualTo(202);
      String id = answer.json().path("id").asText();
      Web.Answer taken = web.post(url + "/builds/" + id + "/cancel", "");
      assertThat(taken.status()).as(taken.text()).isLessThan(300);
    }

    void status() {
      assertThat(web.get(url + "/status").status()).isEqualTo(200);
    }
  }

  /** Waits for the end of all that this test has had accepted, and looks at the promises. */
  List<JsonNode> allEnd() {
    try {
      List<JsonNode> builds = new ArrayList<>();
      for (Promises.Accepted one : mine) {
        builds.add(newci.finished(one.id()));
      }
      promises.assertKept(mine);
      return builds;
    } finally {
      mine.clear();
    }
  }

  /** The same, and all must have succeeded. */
  void assertThatAllSucceed() {
    assertThat(allEnd()).allSatisfy(SeparateFixture::assertSucceeded);
  }

  static void assertSucceeded(JsonNode build) {
    assertThat(build.path("outcome").asText()).as(build.toString()).isEqualTo("succeeded");
  }
}
