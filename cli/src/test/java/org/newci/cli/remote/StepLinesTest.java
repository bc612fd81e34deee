package org.newci.cli.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.newci.contracts.controller.BuildView;
import org.newci.contracts.controller.PipelineRef;
import org.newci.contracts.vcs.TestCounts;

class StepLinesTest {

  private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");

  private static BuildView failed(TestCounts tests) {
    return new BuildView(
        "the-id",
        "git://x/y",
        "main",
        null,
        null,
        "me",
        "finished",
        "failed",
        "Job test failed.",
        null,
        new PipelineRef(1, 2, "failed", null, tests),
        null,
        null,
        null,
        List.of(),
        START,
        START.plusSeconds(2),
        null);
  }

  @Test
  void countsAndFailingTestsAreToldOnceAndNothingInTheirNamesIsObeyed() {
    StepLines lines = new StepLines();
    BuildView build = failed(new TestCounts(9, 5, 3, 1, List.of("A.a", "A.\u001b[31mb")));
    assertThat(lines.after(build))
        .containsExactly(
            "tests    5 passed, 3 failed, 1 skipped of 9",
            "         failed: A.a",
            "         failed: A." + Printable.line("\u001b[31mb"),
            "         and 1 more",
            "failed: Job test failed.");
    assertThat(lines.after(build)).isEmpty();
  }
}
