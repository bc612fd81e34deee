package org.newci.cli.command;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.newci.cli.Exit;
import org.newci.cli.Invocation;
import org.newci.cli.remote.Access;
import org.newci.cli.remote.Controller;
import org.newci.cli.remote.Printable;
import org.newci.cli.remote.Store;
import org.newci.contracts.store.CheckReport;
import org.newci.contracts.store.RetentionReport;
import org.newci.contracts.store.RetentionRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code newci store check} and {@code newci store retain}. */
@Command(name = "store", description = "Checks what is stored, and removes what is old.")
public final class StoreCommand {

  private final Invocation invocation;

  public StoreCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  /** Fails when bytes are damaged or missing, and names them. */
  @Command(
      name = "check",
      mixinStandardHelpOptions = true,
      description = "Hashes all that is stored again; fails when bytes are damaged or missing.")
  int check(
      @Mixin DataOption data,
      @Option(
              names = "--remove-orphans",
              description = "Remove files that nobody knows, older than an hour.")
          boolean removeOrphans) {
    CheckReport report = new Store(Access.findStore(invocation, data.dir)).check(removeOrphans);
    print("damaged", report.damaged());
    print("missing", report.missing());
    print("orphan", report.orphans());
    say(
        "%s: %d blobs, %d bytes; %d damaged, %d missing, %d orphans, %d removed"
            .formatted(
                report.state(),
                report.blobs(),
                report.bytes(),
                report.damaged().size(),
                report.missing().size(),
                report.orphans().size(),
                report.removed()));
    boolean whole =
        report.state().equals("done") && report.damaged().isEmpty() && report.missing().isEmpty();
    return whole ? Exit.OK : Exit.FAILED;
  }

  /** Asks the controller, which knows what is deployed. */
  @Command(
      name = "retain",
      mixinStandardHelpOptions = true,
      description = {
        "Removes blobs and logs of at least that age; a kind without an age is kept.",
        "What is deployed, can be gone back to, or is pinned stays."
      })
  int retain(
      @Mixin DataOption data,
      @Option(names = "--dry-run", description = "Remove nothing; say what would go.")
          boolean dryRun,
      @Option(names = "--artifact-days", paramLabel = "N", description = "For what builds made.")
          @Nullable Integer artifactDays,
      @Option(names = "--upload-days", paramLabel = "N", description = "For what was put by hand.")
          @Nullable Integer uploadDays,
      @Option(names = "--log-days", paramLabel = "N", description = "For the logs of builds.")
          @Nullable Integer logDays) {
    if (artifactDays == null && uploadDays == null && logDays == null) {
      invocation
          .err()
          .println("newci: expected an age: --artifact-days, --upload-days or --log-days");
      return Exit.USAGE;
    }
    RetentionReport report =
        new Controller(Access.find(invocation, data.dir))
            .retain(new RetentionRequest(dryRun, artifactDays, uploadDays, logDays, null));
    print(dryRun ? "would remove" : "removed", report.examples());
    say(
        "%s: %d blobs (%d bytes) and %d logs; kept %d pinned and %d in use"
            .formatted(
                dryRun ? "would remove" : "removed",
                report.removed(),
                report.bytes(),
                report.logs(),
                report.keptPinned(),
                report.keptInUse()));
    return Exit.OK;
  }

  private void print(String what, List<String> each) {
    each.forEach(one -> say(what + " " + one));
  }

  private void say(String line) {
    invocation.out().println(Printable.line(line));
  }
}
