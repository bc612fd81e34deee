package org.newci.cli.command;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.newci.cli.CommandFailed;
import org.newci.cli.Exit;
import org.newci.cli.Invocation;
import org.newci.cli.machine.RunningPart;
import org.newci.cli.setup.DataFolder;
import org.newci.cli.setup.Part;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code newci serve COMPONENT}. */
@Command(
    name = "serve",
    description = {
      "Runs one component in this process until it is stopped.",
      "With --data its settings come from that folder's set-up, else from its NEWCI_ variables."
    })
public final class ServeCommand implements Callable<Integer> {

  @Mixin private final DataOption data = new DataOption();

  @Parameters(
      paramLabel = "COMPONENT",
      description =
          "controller, vcs-worker, artifact-store, deploy-worker, test-env, "
              + "gitlab-stand-in or runner.")
  private String component = "";

  private final Invocation invocation;

  public ServeCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    Part part = part(component);
    if (data.dir != null) {
      return serve(part, new DataFolder(data.dir), invocation);
    }
    AutoCloseable running = RunningPart.startByEnvironment(part, invocation.env());
    return untilStopped(running);
  }

  static Part part(String word) {
    return Part.of(word)
        .orElseThrow(
            () ->
                new CommandFailed(
                    Exit.USAGE,
                    "There is no component '%s' (expected one of: %s)."
                        .formatted(word, Part.words())));
  }

  static int serve(Part part, DataFolder folder, Invocation invocation) {
    return untilStopped(RunningPart.start(part, folder, invocation.env()));
  }

  private static int untilStopped(AutoCloseable running) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  try {
                    running.close();
                  } catch (Exception e) {
                    System.err.println("newci: the stop was not clean: " + e.getMessage());
                  }
                },
                "shutdown"));
    return UpCommand.untilStopped(new CountDownLatch(1));
  }
}
