package org.newci.cli.remote;

import java.time.Duration;
import java.util.Map;
import org.newci.cli.CommandFailed;
import org.newci.cli.Exit;
import org.newci.cli.machine.Pause;
import org.newci.contracts.store.CheckReport;
import org.newci.shell.peer.Peer;
import org.newci.shell.peer.PeerFailure;

/**
 * The artifact store, as a person's commands use it; every failure is a sentence and exit code 3.
 */
public final class Store {

  private static final Duration DEADLINE = Duration.ofSeconds(30);
  private static final Duration LOOK = Duration.ofMillis(500);

  private final Peer peer;

  public Store(Access access) {
    this.peer = new Peer("artifact store", access.url(), access::token, access.ca());
  }

  /** Has all bytes hashed again, joins a check that runs already, and answers its end. */
  public CheckReport check(boolean removeOrphans) {
    try {
      CheckReport report =
          peer.post(
              "/check?remove_orphans=" + removeOrphans, Map.of(), CheckReport.class, DEADLINE);
      while (report.state().equals("running")) {
        Pause.of(LOOK);
        report = peer.get("/check", CheckReport.class, DEADLINE);
      }
      return report;
    } catch (PeerFailure e) {
      throw new CommandFailed(Exit.REFUSED, Printable.line(String.valueOf(e.getMessage())), e);
    }
  }
}
