package org.newci.cli.command;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.newci.cli.Exit;
import org.newci.cli.Invocation;
import org.newci.cli.machine.Pause;
import org.newci.cli.remote.Access;
import org.newci.cli.remote.Controller;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code newci logs}. */
@Command(name = "logs", description = "Prints what the build's jobs have printed.")
public final class LogsCommand implements Callable<Integer> {

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(300);

  @Mixin private final DataOption data = new DataOption();

  @Parameters(paramLabel = "ID", description = "The build's id.")
  private String id = "";

  @Option(
      names = "--follow",
      description = "Go on until the build is finished; its end is the exit code.")
  private boolean follow;

  private final Invocation invocation;

  public LogsCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    Controller controller = new Controller(Access.find(invocation, data.dir));
    long offset = 0;
    while (true) {
      // The state first: what is logged before the end is then never missed.
      var build = controller.build(id);
      offset += controller.log(id, offset, invocation.out());
      invocation.out().flush();
      if (!follow) {
        return Exit.OK;
      }
      if (build.outcome() != null) {
        return Controller.exitCode(build);
      }
      Pause.of(BETWEEN_LOOKS);
    }
  }
}
