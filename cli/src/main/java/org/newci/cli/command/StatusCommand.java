package org.newci.cli.command;

import java.util.List;
import java.util.concurrent.Callable;
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

  private final Invocation invocation;

  public StatusCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    StatusView status = new Controller(Access.find(invocation, data.dir)).status();
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
