package org.newci.cli.command;

import java.util.concurrent.Callable;
import org.newci.cli.Exit;
import org.newci.cli.Invocation;
import org.newci.cli.machine.FolderLock;
import org.newci.cli.setup.DataFolder;
import org.newci.cli.setup.SetUp;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code newci setup}. */
@Command(
    name = "setup",
    description = {
      "Makes keys, certificates, tokens and ports in the data folder, as 'newci up' does the first",
      "time, and starts nothing. Again, it renews what ends soon and changes nothing else."
    })
public final class SetUpCommand implements Callable<Integer> {

  @Mixin private final DataOption data = new DataOption();

  private final Invocation invocation;

  public SetUpCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    DataFolder folder = invocation.folder(data.dir);
    SetUp.makeFolders(folder);
    FolderLock.holding(folder, new SetUp(folder, invocation.clock())::ensure);
    invocation.err().println("newci: " + folder + " is set up");
    return Exit.OK;
  }
}
