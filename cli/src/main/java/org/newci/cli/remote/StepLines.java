package org.newci.cli.remote;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.newci.contracts.controller.BuildView;
import org.newci.contracts.controller.StepView;
import org.newci.contracts.vcs.TestCounts;

/** Turns one look after another at a build into lines: one when a step begins, one at its end. */
public final class StepLines {

  private final Set<String> told = new HashSet<>();

  /** The lines that this look adds. */
  public List<String> after(BuildView build) {
    List<String> lines = new ArrayList<>();
    List<StepView> steps = build.steps();
    for (int number = 0; number < steps.size(); number++) {
      StepView step = steps.get(number);
      if (step.end() == null) {
        if (told.add(number + " began")) {
          lines.add("%-8s ...       %s".formatted(step.name(), Printable.line(step.sentence())));
        }
      } else if (told.add(number + " ended")) {
        told.add(number + " began");
        lines.add(
            String.format(
                Locale.ROOT,
                "%-8s %-9s %s (%.2f s)",
                step.name(),
                step.result(),
                Printable.line(step.sentence()),
                Duration.between(step.start(), step.end()).toMillis() / 1000.0));
      }
    }
    if (build.pipeline() != null && build.pipeline().tests() != null && told.add("tests")) {
      lines.addAll(tests(build.pipeline().tests()));
    }
    if (build.outcome() != null && told.add("finished")) {
      lines.add(
          "%s: %s".formatted(Printable.line(build.outcome()), Printable.line(build.sentence())));
    }
    return lines;
  }

  private static List<String> tests(TestCounts tests) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "tests    %d passed, %d failed, %d skipped of %d"
            .formatted(tests.passed(), tests.failed(), tests.skipped(), tests.total()));
    for (String name : tests.failing()) {
      lines.add("         failed: " + Printable.line(name));
    }
    if (tests.failed() > tests.failing().size()) {
      lines.add("         and %d more".formatted(tests.failed() - tests.failing().size()));
    }
    return lines;
  }
}
