package org.newci.cli.demo;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.newci.cli.Exit;
import org.newci.cli.Invocation;
import org.newci.cli.machine.Machine;
import org.newci.cli.machine.Prerequisites;
import org.newci.cli.remote.Access;
import org.newci.cli.remote.Controller;
import org.newci.cli.setup.DataFolder;
import org.newci.cli.setup.Part;
import picocli.CommandLine.Command;

/**
 * {@code newci train}: one build through everything in one process, so that a JVM that is asked for
 * an AOT cache (JEP 514) learns which classes NewCI needs.
 */
@Command(
    name = "train",
    hidden = true,
    description = "Runs the demo in one process; used once to make the JVM's AOT cache.")
public final class TrainCommand implements Callable<Integer> {

  private final Invocation invocation;

  public TrainCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    DataFolder folder = ScratchFolder.make("train");
    Map<String, String> env = new HashMap<>(invocation.env());
    if (!Prerequisites.missing(env).isEmpty()) {
      // The one job that runs here is our own sample's.
      env.put("NEWCI_SANDBOX", "none");
    }
    try (Machine machine =
            Machine.start(folder, invocation.clock(), env, Machine.Shape.ONE_PROCESS);
        SampleRepository sample = SampleRepository.serve(invocation.clock().instant())) {
      invocation.err().println("training on " + machine.url(Part.CONTROLLER));
      Access access = Access.of(folder, invocation.clock());
      new Walk(folder, access, invocation.err()::println).take(sample);
      new Controller(access).status();
    } finally {
      ScratchFolder.remove(folder, invocation.isRoot());
    }
    return Exit.OK;
  }
}
