package org.newci.cli.command;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.newci.cli.CommandFailed;
import org.newci.cli.Exit;
import org.newci.cli.Invocation;
import org.newci.cli.machine.Background;
import org.newci.cli.machine.Machine;
import org.newci.cli.machine.Prerequisites;
import org.newci.cli.setup.DataFolder;
import org.newci.cli.setup.Part;
import org.newci.cli.setup.Ports;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code newci up}. */
@Command(
    name = "up",
    description = {
      "Starts NewCI on this machine: every component, a small GitLab, and a runner.",
      "The first time it makes keys, certificates, tokens and ports in the data folder.",
      "Runs until it is stopped by Ctrl-C, SIGTERM or 'newci down'."
    })
public final class UpCommand implements Callable<Integer> {

  @Mixin private final DataOption data = new DataOption();

  @Option(
      names = "--detach",
      description = "Return when everything answers, and let it run in the background.")
  private boolean detach;

  @Option(
      names = "--separate",
      description = {
        "Give each component a process of its own.",
        "One that ends is not started again; do that with --only."
      })
  private boolean separate;

  @Option(
      names = "--only",
      paramLabel = "COMPONENT",
      description =
          "Start only this component: controller, vcs-worker, artifact-store, "
              + "deploy-worker, test-env, gitlab-stand-in or runner.")
  private @Nullable String only;

  private final Invocation invocation;

  public UpCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    DataFolder folder = invocation.folder(data.dir);
    if (only == null || only.equals(Part.RUNNER.word())) {
      Prerequisites.ensure(invocation.env(), invocation.isRoot());
    }
    if (only != null) {
      return one(ServeCommand.part(only), folder);
    }
    if (detach) {
      List<String> options = new ArrayList<>();
      if (separate) {
        options.add("--separate");
      }
      Background.up(folder, options);
      say(folder, "runs in the background; stop it with: newci down --data " + folder);
      return Exit.OK;
    }
    CountDownLatch forever = new CountDownLatch(1);
    Machine machine =
        Machine.start(
            folder,
            invocation.clock(),
            invocation.env(),
            separate ? Machine.Shape.SEPARATE : Machine.Shape.TOGETHER);
    Runtime.getRuntime().addShutdownHook(new Thread(machine::close, "shutdown"));
    say(folder, "runs; stop it with Ctrl-C");
    return untilStopped(forever);
  }

  private int one(Part part, DataFolder folder) {
    if (detach) {
      Background.serve(folder, part.word());
      return Exit.OK;
    }
    return ServeCommand.serve(part, folder, invocation);
  }

  private void say(DataFolder folder, String state) {
    Ports ports = Ports.of(folder);
    invocation.err().println("newci: " + state);
    invocation.err().println("  controller  " + ports.url(Part.CONTROLLER));
    invocation.err().println("  GitLab      " + ports.url(Part.GITLAB_STAND_IN));
    invocation.err().println("  site        " + ports.url(Part.TEST_ENV));
    invocation.err().println("  to use it   eval \"$(newci env --data " + folder + ")\"");
  }

  static int untilStopped(CountDownLatch forever) {
    try {
      forever.await();
      return Exit.OK;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailed(Exit.FAILED, "Interrupted.", e);
    }
  }
}
