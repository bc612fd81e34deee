package org.newci.cli.demo;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.newci.cli.Exit;
import org.newci.cli.Invocation;
import org.newci.cli.machine.Background;
import org.newci.cli.machine.Machine;
import org.newci.cli.machine.Prerequisites;
import org.newci.cli.remote.Access;
import org.newci.cli.remote.Controller;
import org.newci.cli.setup.DataFolder;
import org.newci.cli.setup.Part;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code newci train}: one build through everything in one process, so that a JVM that is asked for
 * an AOT cache (JEP 514) learns which classes NewCI needs; and, in a process of its own, what
 * people type, so that another cache holds only what short commands need.
 */
@Command(
    name = "train",
    hidden = true,
    description = "Runs the demo in one process; used once to make the JVM's AOT caches.")
public final class TrainCommand implements Callable<Integer> {

  private static final Duration COMMANDS = Duration.ofMinutes(2);

  @Option(
      names = "--commands",
      paramLabel = "FILE",
      description = "Where a second JVM notes which classes short commands need.")
  private @Nullable Path commands;

  @Option(
      names = "--on",
      arity = "2",
      paramLabel = "DATA URL",
      description = "Runs the short commands on that data folder and sample repository.")
  private @Nullable List<String> on;

  private final Invocation invocation;
  private final Consumer<String[]> newci;

  /**
   * @param newci runs one command line, whatever comes of it
   */
  public TrainCommand(Invocation invocation, Consumer<String[]> newci) {
    this.invocation = invocation;
    this.newci = newci;
  }

  @Override
  public Integer call() {
    if (on != null) {
      return shortCommands(on.getFirst(), on.getLast());
    }
    DataFolder folder = ScratchFolder.make("train");
    Map<String, String> env = new HashMap<>(invocation.env());
    if (!Prerequisites.missing(env).isEmpty()) {
      // The one job that runs here is our own sample's.
      env.put("NEWCI_SANDBOX", "none");
    }
    env.putAll(Prerequisites.forSample(env, invocation.isRoot()));
    try (Machine machine =
            Machine.start(folder, invocation.clock(), env, Machine.Shape.ONE_PROCESS);
        SampleRepository sample = SampleRepository.serve(invocation.clock().instant())) {
      invocation.err().println("training on " + machine.url(Part.CONTROLLER));
      Access access = Access.of(folder, invocation.clock());
      new Walk(folder, access, invocation.err()::println).take(sample);
      new Controller(access).status("");
      if (commands != null) {
        Background.recorded(
            commands, List.of("train", "--on", folder.toString(), sample.url()), COMMANDS);
      }
    } finally {
      ScratchFolder.remove(folder, invocation.isRoot());
    }
    return Exit.OK;
  }

  private int shortCommands(String data, String sample) {
    List<List<String>> lines =
        new ArrayList<>(
            List.of(
                List.of("--help"),
                List.of("up", "--help"),
                List.of("env", "--data", data),
                List.of("token", "--data", data, "--subject", "training", "--scope", "status:get"),
                List.of("submit", "--data", data, "--wait", "--repo", sample, "--ref", "main"),
                List.of("status", "--data", data)));
    if (Prerequisites.missing(invocation.env()).isEmpty()) {
      // Refused, since it runs; but all that starts a process in the background is done. Where
      // packages are missing it would install them, which is not for a training to do.
      lines.add(List.of("up", "--detach", "--data", data));
    }
    for (List<String> line : lines) {
      newci.accept(line.toArray(String[]::new));
    }
    return Exit.OK;
  }
}
