package org.newci.cli.machine;

import java.time.Duration;
import org.newci.cli.CommandFailed;
import org.newci.cli.Exit;

/** A wait between two looks at something that tells nobody when it changes. */
public final class Pause {

  private Pause() {}

  /** Waits that long; an interrupt ends the command. */
  public static void of(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailed(Exit.FAILED, "Interrupted.", e);
    }
  }
}
