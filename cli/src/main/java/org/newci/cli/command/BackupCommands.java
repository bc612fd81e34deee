package org.newci.cli.command;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.newci.cli.Exit;
import org.newci.cli.Invocation;
import org.newci.cli.backup.Backup;
import org.newci.cli.backup.Restore;
import org.newci.cli.setup.DataFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code newci backup} and {@code newci restore}. */
public final class BackupCommands {

  private BackupCommands() {}

  /** {@code newci backup}. */
  @Command(
      name = "backup",
      description = {
        "Copies the data folder while everything runs: databases as of one moment each, artifacts,",
        "logs, repositories, what is served, keys and tokens. Caches are left out."
      })
  public static final class Take implements Callable<Integer> {

    @Mixin private final DataOption data = new DataOption();

    @Option(
        names = "--to",
        paramLabel = "DIR",
        required = true,
        description = "An empty folder, or one that is not there yet. It will hold secrets.")
    private Path to = Path.of("");

    private final Invocation invocation;

    public Take(Invocation invocation) {
      this.invocation = invocation;
    }

    @Override
    public Integer call() {
      DataFolder folder = invocation.folder(data.dir);
      Backup.Size size = Backup.take(folder, to, invocation.clock());
      invocation.out().println("%s: %d files, %d bytes".formatted(to, size.files(), size.bytes()));
      return Exit.OK;
    }
  }

  /** {@code newci restore}. */
  @Command(
      name = "restore",
      description = {
        "Checks a backup's digests and copies it to an empty data folder; 'newci up' starts it.",
        "Whatever was backed up must not run any more."
      })
  public static final class Back implements Callable<Integer> {

    @Mixin private final DataOption data = new DataOption();

    @Option(
        names = "--from",
        paramLabel = "DIR",
        required = true,
        description = "What 'newci backup' made.")
    private Path from = Path.of("");

    private final Invocation invocation;

    public Back(Invocation invocation) {
      this.invocation = invocation;
    }

    @Override
    public Integer call() {
      DataFolder folder = invocation.folder(data.dir);
      Backup.Size size = Restore.to(folder, from);
      invocation
          .out()
          .println("%s: %d files, %d bytes".formatted(folder, size.files(), size.bytes()));
      return Exit.OK;
    }
  }
}
