package org.newci.runner.sandbox;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Runs an empty job at start, so that a machine that cannot is told so at once. */
public final class SandboxProbe {

  private SandboxProbe() {}

  /** Fails with a sentence when it does not work. */
  public static void check(Sandbox sandbox, Workspaces workspaces, Slot slot, Network network) {
    Workspace workspace = null;
    try {
      workspace = workspaces.create(slot, 0);
      Path script = workspace.exchange().resolve("script");
      Files.writeString(script, "exit 0\n");
      workspaces.give(script, slot);
      try (Running shell = sandbox.shell(workspace, script, network)) {
        shell.go();
        shell.output().transferTo(OutputStream.nullOutputStream());
        shell.await();
      }
    } catch (SandboxFailure e) {
      throw new IllegalArgumentException(
          "The sandbox does not work on this machine. %s".formatted(e.getMessage()), e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot try the sandbox", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } finally {
      if (workspace != null) {
        workspaces.remove(workspace);
      }
    }
  }
}
