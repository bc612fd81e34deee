package org.newci.cli.command;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.newci.cli.Exit;
import org.newci.cli.Invocation;
import org.newci.cli.remote.Access;
import org.newci.cli.remote.Controller;
import org.newci.cli.remote.Printable;
import org.newci.contracts.controller.BuildSummary;
import org.newci.contracts.controller.StatusView;
import org.newci.contracts.controller.StopView;
import org.newci.shell.json.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code newci status}. */
@Command(name = "status", description = "Lists the builds: queued, building, finished.")
public final class StatusCommand implements Callable<Integer> {

  @Mixin private final DataOption data = new DataOption();

  @Option(names = "--json", description = "Print the controller's own answer.")
  private boolean json;

  @Option(
      names = "--finished",
      paramLabel = "N",
      description = "Show the newest N finished builds. Default: 1000.")
  private int finished = 1_000;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "Only those that ended then or later: 2026-01-31T12:00:00Z.")
  private @Nullable String since;

  private final Invocation invocation;

  public StatusCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    String from = since == null ? "" : "&since=" + URLEncoder.encode(since, StandardCharsets.UTF_8);
    StatusView status =
        new Controller(Access.find(invocation, data.dir))
            .status("?finished=%d%s".formatted(finished, from));
    if (json) {
      invocation.out().println(Json.write(status));
      return Exit.OK;
    }
    List<StopView> stops = status.stops();
    if (stops != null) {
      stops.forEach(stop -> invocation.out().println(StopCommands.line(stop)));
    }
    if (status.registryProblem() != null) {
      invocation.out().println(Printable.line(status.registryProblem()));
    }
    list("queued", status.queued(), status);
    list("building", status.building(), status);
    list("finished", status.finished(), status);
    if (status.totals() != null && status.totals().finished() > status.finished().size()) {
      invocation.out().printf("(%d finished in all)%n", status.totals().finished());
    }
    return Exit.OK;
  }

  private void list(String title, List<String> ids, StatusView status) {
    invocation.out().printf("%s (%d)%n", title, ids.size());
    for (String id : ids) {
      BuildSummary build = status.builds().get(id);
      invocation
          .out()
          .println(
              build == null
                  ? "  " + Printable.line(id)
                  : Printable.line(
                      "  %s  %s  %s %s  %s"
                          .formatted(
                              id,
                              build.outcome() == null ? build.state() : build.outcome(),
                              build.repo(),
                              build.ref(),
                              build.sentence())));
    }
  }
}
