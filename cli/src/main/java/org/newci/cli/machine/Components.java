package org.newci.cli.machine;

import java.util.Map;
import org.newci.cli.CommandFailed;
import org.newci.cli.Exit;
import org.newci.cli.setup.Part;

/** Starts any component in this process. */
final class Components {

  /** What every component's service has. */
  private interface Starter {
    AutoCloseable start(Map<String, String> env);
  }

  private static final Map<Part, Starter> STARTERS = Map.of();

  private Components() {}

  /** Returns when the component serves; closing stops it. */
  static AutoCloseable start(Part part, Map<String, String> env) {
    Starter starter = STARTERS.get(part);
    if (starter == null) {
      throw new CommandFailed(Exit.FAILED, "There is no %s in this build.".formatted(part.word()));
    }
    return starter.start(env);
  }
}
