package org.newci.cli.command;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.newci.cli.Exit;
import org.newci.cli.Invocation;
import org.newci.cli.remote.Access;
import org.newci.cli.remote.Controller;
import org.newci.cli.remote.Printable;
import org.newci.contracts.controller.ReplayView;
import org.newci.contracts.controller.WhyView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The two commands that ask for the reasons of decisions. */
public final class ReasonCommands {

  private ReasonCommands() {}

  /** {@code newci why}. */
  @Command(
      name = "why",
      description = "Says what a build waits for or why it ended: each condition, and since when.")
  public static final class Why implements Callable<Integer> {

    @Mixin private final DataOption data = new DataOption();

    @Parameters(paramLabel = "ID", description = "The build's id.")
    private String id = "";

    private final Invocation invocation;

    public Why(Invocation invocation) {
      this.invocation = invocation;
    }

    @Override
    public Integer call() {
      WhyView why = new Controller(Access.find(invocation, data.dir)).why(id);
      String how = why.outcome() == null ? why.state() : why.outcome();
      invocation.out().println(Printable.line("%s: %s".formatted(how, why.sentence())));
      for (WhyView.Condition one : why.conditions()) {
        String since = one.since() == null ? "" : " since %s".formatted(one.since());
        String line =
            "  %s %s%s: %s"
                .formatted(one.holds() ? "yes" : "no ", one.name(), since, one.sentence());
        invocation.out().println(Printable.line(line));
      }
      return Exit.OK;
    }
  }

  /** {@code newci replay}. */
  @Command(
      name = "replay",
      description = {
        "Decides the whole event log anew and reports the first difference.",
        "Exit code: 0 none, 1 there is one."
      })
  public static final class Replay implements Callable<Integer> {

    @Mixin private final DataOption data = new DataOption();

    private final Invocation invocation;

    public Replay(Invocation invocation) {
      this.invocation = invocation;
    }

    @Override
    public Integer call() {
      Controller controller = new Controller(Access.find(invocation, data.dir));
      long builds = 0;
      long events = 0;
      @Nullable Long after = 0L;
      while (after != null) {
        ReplayView part = controller.replay(after);
        builds += part.builds();
        events += part.events();
        if (part.difference() != null) {
          report(part.difference());
          return Exit.FAILED;
        }
        after = part.next();
      }
      invocation
          .out()
          .println("%d builds, %d events: all decided as before".formatted(builds, events));
      return Exit.OK;
    }

    private void report(ReplayView.Difference found) {
      invocation
          .out()
          .println(
              Printable.line(
                  "build %s, event %d (%s)".formatted(found.build(), found.event(), found.kind())));
      invocation.out().println(Printable.line("  kept:        " + found.kept()));
      invocation.out().println(Printable.line("  decided now: " + found.decided()));
    }
  }
}
