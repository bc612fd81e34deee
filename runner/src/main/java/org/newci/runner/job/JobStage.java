package org.newci.runner.job;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.newci.runner.sandbox.Running;
import org.newci.runner.sandbox.Sandbox;
import org.newci.runner.sandbox.SandboxFailure;
import org.newci.runner.sandbox.Workspace;
import org.newci.runner.script.Variables;

/**
 * What all steps of one job share: where it runs, its variables, its log, its switch.
 *
 * @param project the project's folder, relative to the folder of all sources
 */
record JobStage(
    Sandbox sandbox,
    Workspace workspace,
    String project,
    Variables variables,
    JobLog log,
    StopSwitch stop) {

  private static final int LONGEST_OUTPUT = 256 * 1024;

  /** The project's folder as the job sees it. */
  String projectInside() {
    return sandbox.builds(workspace) + "/" + project;
  }

  /** The project's folder as the runner sees it. */
  Path projectOnHost() {
    return workspace.builds().resolve(project);
  }

  /** A command of the runner's own, outside of the sandbox but as the slot's user. */
  Finished trusted(List<String> command, Map<String, String> env)
      throws IOException, InterruptedException, SandboxFailure, StopSwitch.Stopped {
    return finish(sandbox.trusted(workspace, command, env));
  }

  /** A command inside the sandbox, without network, in the project's folder. */
  Finished quiet(List<String> command)
      throws IOException, InterruptedException, SandboxFailure, StopSwitch.Stopped {
    return quiet("", command);
  }

  /** The same, in a folder of the project. */
  Finished quiet(String folder, List<String> command)
      throws IOException, InterruptedException, SandboxFailure, StopSwitch.Stopped {
    String inside = folder.isEmpty() ? projectInside() : projectInside() + "/" + folder;
    return finish(sandbox.quiet(workspace, inside, command));
  }

  /** A tar in the sandbox that unpacks in the project's folder what is written to it. */
  Running unpacking() throws IOException {
    return sandbox.quiet(
        workspace, projectInside(), List.of("tar", "--extract", "--no-same-owner", "--file=-"));
  }

  private Finished finish(Running running)
      throws IOException, InterruptedException, SandboxFailure, StopSwitch.Stopped {
    return with(
        running,
        () -> {
          running.input().close();
          String output;
          try (InputStream out = running.output()) {
            output = new String(out.readNBytes(LONGEST_OUTPUT), StandardCharsets.UTF_8);
            out.transferTo(OutputStream.nullOutputStream());
          }
          return new Finished(running.await(), output, running.errors());
        });
  }

  /** Something that is done with a running command. */
  interface Use<T> {
    T apply() throws IOException, InterruptedException, SandboxFailure, StopSwitch.Stopped;
  }

  /** Does it; the command is killed when the job is stopped meanwhile, and then that is thrown. */
  <T> T with(Running running, Use<T> use)
      throws IOException, InterruptedException, SandboxFailure, StopSwitch.Stopped {
    Runnable kill = running::kill;
    try (running) {
      stop.onStop(kill);
      T result = use.apply();
      stop.check();
      return result;
    } catch (IOException | SandboxFailure e) {
      // Being killed looks like trouble: the reason for it comes first.
      stop.check();
      throw e;
    } finally {
      stop.forget(kill);
    }
  }
}
