package org.newci.cli.command;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.newci.cli.CommandFailed;
import org.newci.cli.Exit;
import org.newci.cli.Invocation;
import org.newci.cli.remote.Printable;
import org.newci.controller.registry.Mistake;
import org.newci.controller.registry.RegistryFile;
import org.newci.controller.registry.RegistryRefused;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code newci registry}. */
@Command(name = "registry", description = "Looks at a registry of projects (projects.yaml).")
public final class RegistryCommand implements Callable<Integer> {

  private final Invocation invocation;

  public RegistryCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    throw new CommandFailed(Exit.USAGE, "What about the registry? Try: newci registry check FILE");
  }

  /** {@code newci registry check FILE}: prints each mistake with file and line. */
  @Command(
      name = "check",
      mixinStandardHelpOptions = true,
      description = "Says everything that is wrong in a registry file; exit code 1 if anything is.")
  public Integer check(@Parameters(paramLabel = "FILE") Path file) {
    try {
      int patterns = RegistryFile.read(file).size();
      invocation.out().printf("%s: nothing is wrong (%d patterns).%n", file, patterns);
      return Exit.OK;
    } catch (RegistryRefused e) {
      for (Mistake mistake : e.mistakes()) {
        invocation
            .out()
            .printf("%s:%d: %s%n", file, mistake.line(), Printable.line(mistake.sentence()));
      }
      return Exit.FAILED;
    }
  }
}
