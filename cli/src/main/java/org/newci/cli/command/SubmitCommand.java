package org.newci.cli.command;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.newci.cli.Exit;
import org.newci.cli.Invocation;
import org.newci.cli.remote.Access;
import org.newci.cli.remote.Controller;
import org.newci.cli.remote.StepLines;
import org.newci.contracts.controller.BuildView;
import org.newci.contracts.controller.CdRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code newci submit}. */
@Command(
    name = "submit",
    description = {
      "Submits a commit to be built and deployed, and prints the build's id.",
      "Exit code with --wait: 0 succeeded, 1 failed, 4 cancelled, 5 timed out."
    })
public final class SubmitCommand implements Callable<Integer> {

  /** Longer than any build may take by default. */
  private static final Duration PATIENCE = Duration.ofHours(24);

  @Mixin private final DataOption data = new DataOption();

  @Option(names = "--repo", required = true, paramLabel = "URL", description = "Git repository.")
  private String repo = "";

  @Option(
      names = "--ref",
      required = true,
      paramLabel = "REF",
      description = "Branch, tag or full commit id.")
  private String ref = "";

  @Option(
      names = "--artifact",
      paramLabel = "NAME",
      description = "File among the jobs' artifacts to deploy; without it the build only tests.")
  private @Nullable String artifact;

  @Option(
      names = "--published-name",
      paramLabel = "N",
      description = "Name to serve it under. Default: the artifact's file name.")
  private @Nullable String publishedName;

  @Option(
      names = "--priority",
      paramLabel = "P",
      description = "high (needs a scope of its own), normal or low. Default: normal.")
  private @Nullable String priority;

  @Option(names = "--wait", description = "Print each step, and wait for the end.")
  private boolean wait;

  private final Invocation invocation;

  public SubmitCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    Controller controller = new Controller(Access.find(invocation, data.dir));
    String id =
        controller.submit(new CdRequest(repo, ref, artifact, publishedName, null, priority));
    invocation.out().println(id);
    return wait ? await(controller, id, invocation) : Exit.OK;
  }

  static int await(Controller controller, String id, Invocation invocation) {
    StepLines lines = new StepLines();
    BuildView end =
        controller.await(
            id, PATIENCE, look -> lines.after(look).forEach(invocation.out()::println));
    if (end.url() != null) {
      invocation.out().println(end.url());
    }
    return Controller.exitCode(end);
  }
}
