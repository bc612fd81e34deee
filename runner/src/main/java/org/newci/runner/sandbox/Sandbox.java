package org.newci.runner.sandbox;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Where a job's commands run. */
public interface Sandbox extends AutoCloseable {

  /** What its name is in a log. */
  String name();

  /** The folder of all sources as the job sees it. */
  String builds(Workspace workspace);

  /** A folder for variables of type file, as the job sees it. */
  String files(Workspace workspace);

  /**
   * Prepares a login shell with that network, which begins at {@link Running#go} and then reads
   * that file; the file must be there, and may be filled later.
   */
  Running shell(Workspace workspace, Path script, Network network)
      throws IOException, SandboxFailure;

  /**
   * Runs a command without network in that folder (below builds); it reads what is written to it.
   */
  Running quiet(Workspace workspace, String folder, List<String> command) throws IOException;

  /**
   * Runs one of the runner's own commands, which is not the job's, with the machine's network but
   * as the slot's user.
   */
  Running trusted(Workspace workspace, List<String> command, java.util.Map<String, String> env)
      throws IOException;

  /** How many processes of that slot were ended so far because its memory was full. */
  long outOfMemory(Slot slot);

  /** Ends every process of that slot. */
  void killAll(Slot slot);

  @Override
  void close();
}
