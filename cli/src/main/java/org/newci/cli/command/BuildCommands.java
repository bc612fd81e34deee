package org.newci.cli.command;

import java.util.concurrent.Callable;
import org.newci.cli.Exit;
import org.newci.cli.Invocation;
import org.newci.cli.remote.Access;
import org.newci.cli.remote.Controller;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The two commands that change a build. */
public final class BuildCommands {

  private BuildCommands() {}

  /** {@code newci cancel}. */
  @Command(name = "cancel", description = "Asks for the end of a build.")
  public static final class Cancel implements Callable<Integer> {

    @Mixin private final DataOption data = new DataOption();

    @Parameters(paramLabel = "ID", description = "The build's id.")
    private String id = "";

    private final Invocation invocation;

    public Cancel(Invocation invocation) {
      this.invocation = invocation;
    }

    @Override
    public Integer call() {
      new Controller(Access.find(invocation, data.dir)).cancel(id);
      invocation.err().println("newci: the end of build " + id + " is asked for");
      return Exit.OK;
    }
  }

  /** {@code newci retry}. */
  @Command(
      name = "retry",
      description = "Builds the same commit again, as a new build, and prints its id.")
  public static final class Retry implements Callable<Integer> {

    @Mixin private final DataOption data = new DataOption();

    @Parameters(paramLabel = "ID", description = "The finished build's id.")
    private String id = "";

    @Option(names = "--wait", description = "Print each step, and wait for the end.")
    private boolean wait;

    private final Invocation invocation;

    public Retry(Invocation invocation) {
      this.invocation = invocation;
    }

    @Override
    public Integer call() {
      Controller controller = new Controller(Access.find(invocation, data.dir));
      String again = controller.retry(id);
      invocation.out().println(again);
      return wait ? SubmitCommand.await(controller, again, invocation) : Exit.OK;
    }
  }
}
