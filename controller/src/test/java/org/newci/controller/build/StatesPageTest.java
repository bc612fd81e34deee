package org.newci.controller.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.newci.controller.sim.Invariant;

/**
 * Keeps docs/states.md equal to the table. Run with {@code -Dnewci.writeStates=true} to write it
 * anew.
 */
class StatesPageTest {

  private final Decider decider = new Decider(Limits.standard());

  @Test
  void thePageIsTheTable() throws Exception {
    Path page = Path.of(System.getProperty("newci.root"), "docs", "states.md");
    String expected = page();
    if (Boolean.getBoolean("newci.writeStates")) {
      Files.createDirectories(page.getParent());
      Files.writeString(page, expected);
    }
    assertThat(page).hasContent(expected);
  }

  private String page() {
    StringBuilder text = new StringBuilder();
    text.append(
        """
        # States of a build

        The whole table of `controller/…/build/Decider.java`, printed and compared by `StatesPageTest`.
        A column is where the build stands, a row what happens; the cell says where it stands after
        that. "–" is an illegal move: the build does not move, and the sentence is
        `BUILD id received EVENT while STATE.` Where a cell names several states, what the event
        carries decides (for instance, whether the pipeline passed).

        """);
    text.append("| event |");
    for (BuildState state : BuildState.values()) {
      text.append(" ").append(state).append(" |");
    }
    text.append("\n|---|");
    text.append("---|".repeat(BuildState.values().length)).append("\n");
    for (EventKind kind : EventKind.values()) {
      text.append("| ").append(kind).append(" |");
      for (BuildState state : BuildState.values()) {
        text.append(" ").append(cell(state, kind)).append(" |");
      }
      text.append("\n");
    }
    text.append(
        """

        A build ends as `succeeded`, `failed`, `cancelled` or `timed out`. What each state wants done
        outside: MIRRORING wants MIRROR; BUILDING wants WATCH, and CANCEL_PIPELINE once it is to end;
        COLLECTING wants COLLECT; DEPLOYING wants DEPLOY; HELD wants nothing, and holds no project, until
        stopped deployments go on. Of several artifacts COLLECT moves each to the store, one after another; only
        then they are pinned, and DEPLOY is one deployment of all. STEP_FAILED counts only in the state whose step
        it is about. A step, a pipeline and a whole build that are not over within their limits end by
        TIME_PASSED, by our own records, whatever others answer or do not.

        DEPLOY_BEGUN is written down before the deploy worker is asked: from then on the bytes may be served, so
        that HELD changes nothing any more, and a stop that comes later names the build as going on.
        CANCEL_TRIED is written down once GitLab was asked to cancel the pipeline; the grace for its end begins
        there, so that a controller that was down for longer does not leave a pipeline running.

        ## What always holds

        `SimulationTest` lives ten thousand lives of one and two controllers (crashes before and after
        commits, controllers that stand still for longer than their leases last, calls and answers that are
        lost, doubled and late, clocks that jump, branches that move, people who stop deployments and let
        them go on) and looks for each of these; for each a planted bug (`Planted`) shows that it is looked
        for. Two controllers share ledger and stops, and people tell either of them; targets remember number and
        fence of their last deployment, as the deploy worker writes them down.

        | invariant | in words |
        |---|---|
        """);
    for (Invariant each : Invariant.values()) {
      text.append("| `%s` | %s |\n".formatted(each, each.sentence()));
    }
    return text.toString();
  }

  private String cell(BuildState state, EventKind kind) {
    Set<BuildState> after = new TreeSet<>(decider.after(state, kind));
    if (after.isEmpty()) {
      return "–";
    }
    return after.stream()
        .map(next -> next == state ? "stays" : next.name())
        .collect(Collectors.joining(", "));
  }
}
