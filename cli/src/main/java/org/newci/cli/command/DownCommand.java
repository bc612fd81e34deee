package org.newci.cli.command;

import java.util.List;
import java.util.concurrent.Callable;
import org.newci.cli.Exit;
import org.newci.cli.Invocation;
import org.newci.cli.machine.Down;
import org.newci.cli.setup.DataFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code newci down}. */
@Command(
    name = "down",
    description = {
      "Stops everything that runs on the data folder; its state stays for the next 'newci up'.",
      "Running builds go on after it."
    })
public final class DownCommand implements Callable<Integer> {

  @Mixin private final DataOption data = new DataOption();

  private final Invocation invocation;

  public DownCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    DataFolder folder = invocation.folder(data.dir);
    List<String> stopped = Down.stop(folder);
    invocation
        .err()
        .println(
            stopped.isEmpty()
                ? "newci: nothing ran on " + folder
                : "newci: stopped " + String.join(", ", stopped));
    return Exit.OK;
  }
}
