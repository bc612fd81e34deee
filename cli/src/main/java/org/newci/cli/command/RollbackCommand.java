package org.newci.cli.command;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.newci.cli.Exit;
import org.newci.cli.Invocation;
import org.newci.cli.remote.Access;
import org.newci.cli.remote.Controller;
import org.newci.cli.remote.Printable;
import org.newci.contracts.controller.RollbackRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code newci rollback}. */
@Command(
    name = "rollback",
    description = "Serves former bytes of a published file again; no build runs.")
public final class RollbackCommand implements Callable<Integer> {

  @Mixin private final DataOption data = new DataOption();

  @Option(names = "--environment", paramLabel = "E", description = "Where; 'test' if not said.")
  private @Nullable String environment;

  @Option(names = "--name", required = true, paramLabel = "N", description = "The published file.")
  private String name = "";

  @Option(
      names = "--to",
      paramLabel = "BUILD|sha256:HEX",
      description = "What to go back to; what was served just before if not said.")
  private @Nullable String to;

  @Option(names = "--why", required = true, paramLabel = "TEXT", description = "A sentence.")
  private String why = "";

  private final Invocation invocation;

  public RollbackCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    var done =
        new Controller(Access.find(invocation, data.dir))
            .rollback(new RollbackRequest(environment, name, to, why));
    invocation
        .out()
        .println(Printable.line("sha256:%s is served at %s".formatted(done.sha256(), done.url())));
    return Exit.OK;
  }
}
