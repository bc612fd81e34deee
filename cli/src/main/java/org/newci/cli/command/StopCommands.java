package org.newci.cli.command;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.newci.cli.Exit;
import org.newci.cli.Invocation;
import org.newci.cli.remote.Access;
import org.newci.cli.remote.Controller;
import org.newci.cli.remote.Printable;
import org.newci.contracts.controller.StopRequest;
import org.newci.contracts.controller.StopView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The two commands that stop and resume deployments. */
public final class StopCommands {

  private StopCommands() {}

  /** {@code newci stop}. */
  @Command(
      name = "stop",
      description = "Stops deployments; builds go on, and theirs wait for: newci resume")
  public static final class Stop implements Callable<Integer> {

    @Mixin private final DataOption data = new DataOption();

    @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why.")
    private String reason = "";

    @Option(
        names = "--environment",
        paramLabel = "E",
        description = "Only deployments to that environment. Default: all.")
    private @Nullable String environment;

    private final Invocation invocation;

    public Stop(Invocation invocation) {
      this.invocation = invocation;
    }

    @Override
    public Integer call() {
      StopView stop =
          new Controller(Access.find(invocation, data.dir))
              .stop(new StopRequest(reason, environment));
      invocation.out().println(line(stop));
      if (stop.goingOn() != null) {
        invocation
            .out()
            .println(
                "already begun, and going on: "
                    + Printable.line(String.join(", ", stop.goingOn())));
      }
      return Exit.OK;
    }
  }

  /** {@code newci resume}. */
  @Command(
      name = "resume",
      description = "Lets deployments go on, in the order in which they wait.")
  public static final class Resume implements Callable<Integer> {

    @Mixin private final DataOption data = new DataOption();

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the log.")
    private @Nullable String reason;

    @Option(
        names = "--environment",
        paramLabel = "E",
        description = "The environment whose stop is to end. Default: the stop of all.")
    private @Nullable String environment;

    private final Invocation invocation;

    public Resume(Invocation invocation) {
      this.invocation = invocation;
    }

    @Override
    public Integer call() {
      StopView ended =
          new Controller(Access.find(invocation, data.dir))
              .resume(new StopRequest(reason, environment));
      invocation.out().println("resumed; " + line(ended));
      return Exit.OK;
    }
  }

  /** A stop in one line. */
  static String line(StopView stop) {
    String where = stop.environment() == null ? "" : " to " + stop.environment();
    return Printable.line(
        "deployments%s were stopped by %s at %s: %s"
            .formatted(where, stop.by(), stop.since(), stop.reason()));
  }
}
