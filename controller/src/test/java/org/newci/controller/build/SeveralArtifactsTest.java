package org.newci.controller.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.newci.contracts.vcs.CollectAnswer;
import org.newci.shell.json.Json;

/** One build with several artifacts: all are pinned in one step, or none is. */
class SeveralArtifactsTest {

  private static final CollectAnswer BIN = answer("b", "out/app.bin", 5);
  private static final CollectAnswer DOC = answer("c", "app.html", 9);

  @Test
  void allArePinnedTogetherAndDeployedInOneStep() {
    Build collecting = collecting(Grant.STANDARD);
    assertThat(collecting.sentence()).contains("out/app.bin, app.html");
    Build deploying = after(collecting, new BuildEvent.Collected(BIN, 3, List.of(DOC)));
    assertThat(deploying.state()).isEqualTo(BuildState.DEPLOYING);
    assertThat(deploying.sentence()).isEqualTo("Deploying app, app.html.");
    assertThat(deploying.found().artifacts())
        .extracting(Found.Artifact::sha256, Found.Artifact::sequence)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("b".repeat(64), 3L),
            org.assertj.core.groups.Tuple.tuple("c".repeat(64), 3L));
    Build held = after(deploying, new BuildEvent.Held("Waits."));
    assertThat(after(held, new BuildEvent.Released()).found()).isEqualTo(deploying.found());

    Build done = after(deploying, new BuildEvent.Deployed("https://site/app", 14, true));
    assertThat(done.outcome()).isEqualTo(Outcome.SUCCEEDED);
    assertThat(done.sentence()).endsWith("Together with 1 more.");
    assertThat(done.found().artifacts()).hasSize(2);
  }

  @Test
  void oneThatIsTooLargeOrMissingFailsAllOfThem() {
    Build limited = collecting(new Grant("testing", null, null, 8L));
    Build large = after(limited, new BuildEvent.Collected(BIN, 3, List.of(DOC)));
    assertThat(large.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(large.sentence()).contains("app.html has 9 bytes");
    assertThat(large.found().artifacts()).isEmpty();

    Build few = after(collecting(Grant.STANDARD), new BuildEvent.Collected(BIN, 3));
    assertThat(few.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(few.sentence()).contains("1 artifacts were collected, but 2");
  }

  @Test
  void aBuildOfOneArtifactThatWasWrittenBeforeIsReadAsOne() throws Exception {
    Build before = Given.in(BuildState.DEPLOYING, "app.bin");
    String written = Json.write(before).replace(",\"also\":[]", "");
    assertThat(written).doesNotContain("also");
    Build read = Json.lenient().readValue(written, Build.class);
    assertThat(read).isEqualTo(before);
    assertThat(read.order().items()).containsExactly(new Order.Item("app.bin", "app.bin"));
  }

  private static Build collecting(Grant grant) {
    Order one = Given.order("hello", "out/app.bin");
    Order two =
        new Order(
            one.repo(),
            one.ref(),
            "out/app.bin",
            "app",
            one.project(),
            one.submitter(),
            null,
            null,
            Given.START,
            grant,
            List.of(new Order.Item("app.html", "app.html")),
            Priority.NORMAL);
    Build build = Build.of(Given.id(), two).ranked(1);
    for (BuildEvent event :
        List.of(
            new BuildEvent.Started(),
            Given.mirrored(),
            Given.listed(41),
            Given.looked("success"))) {
      build = after(build, event);
    }
    assertThat(build.state()).isEqualTo(BuildState.COLLECTING);
    return build;
  }

  private static Build after(Build build, BuildEvent event) {
    return Given.after(build, event, Duration.ZERO);
  }

  private static CollectAnswer answer(String digit, String path, long size) {
    return new CollectAnswer(path, digit.repeat(64), size, "build", path);
  }
}
