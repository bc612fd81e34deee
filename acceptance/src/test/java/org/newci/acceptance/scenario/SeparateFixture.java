package org.newci.acceptance.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.newci.acceptance.system.Parts;
import org.newci.acceptance.system.Product;
import org.newci.acceptance.system.Promises;
import org.newci.acceptance.system.RunningSystem;
import org.newci.acceptance.system.Sources;
import org.newci.neighbours.NeedsProgram;

/** A system of its own whose components are processes that may be harmed. */
@NeedsProgram({"bwrap", "slirp4netns", "ip", "git"})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SeparateFixture {

  RunningSystem newci;
  Parts parts;
  Sources sources;
  Promises promises;

  /** What the present test has had accepted. */
  final List<Promises.Accepted> mine = new ArrayList<>();

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
