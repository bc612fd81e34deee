package org.newci.cli.command;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that names the data folder. */
final class DataOption {

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = {
        "Data folder of this machine's NewCI.",
        "Default: /var/lib/newci for root, else $XDG_DATA_HOME/newci."
      })
  @Nullable Path dir;
}
