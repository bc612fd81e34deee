package org.newci.cli.command;

import java.io.Console;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.newci.cli.CommandFailed;
import org.newci.cli.Exit;
import org.newci.cli.Invocation;
import org.newci.cli.setup.ComponentTokens;
import org.newci.cli.setup.DataFolder;
import org.newci.cli.setup.Part;
import org.newci.cli.setup.Ports;
import org.newci.cli.setup.PrivateFiles;
import org.newci.cli.setup.SetUp;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code newci env}. */
@Command(
    name = "env",
    description = {
      "Prints lines 'export NAME=value' for use by a shell: eval \"$(newci env)\".",
      "They hold a new operator's token, good for 12 hours: keep them to yourself."
    })
public final class EnvCommand implements Callable<Integer> {

  @Mixin private final DataOption data = new DataOption();

  private final Invocation invocation;

  public EnvCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    DataFolder folder = invocation.folder(data.dir);
    if (!SetUp.isComplete(folder)) {
      throw new CommandFailed(
          Exit.FAILED,
          "Nothing is set up in %s; start it once with: newci up --data %s"
              .formatted(folder, folder));
    }
    if (onTerminal()) {
      invocation.err().println("newci: these lines hold tokens; use them by eval \"$(newci env)\"");
    }
    variables(folder)
        .forEach((name, value) -> invocation.out().println("export " + name + "=" + quoted(value)));
    return Exit.OK;
  }

  // JDK 25 is back at the console that is null where there is no terminal.
  @SuppressWarnings("SystemConsoleNull")
  private static boolean onTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  private Map<String, String> variables(DataFolder folder) {
    Ports ports = Ports.of(folder);
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("NEWCI_URL", ports.url(Part.CONTROLLER).toString());
    variables.put("NEWCI_BLOBS_URL", ports.url(Part.ARTIFACT_STORE).toString());
    variables.put("NEWCI_VCS_URL", ports.url(Part.VCS_WORKER).toString());
    variables.put("NEWCI_DEPLOY_URL", ports.url(Part.DEPLOY_WORKER).toString());
    variables.put("NEWCI_SITE_URL", ports.url(Part.TEST_ENV).toString());
    variables.put("NEWCI_GITLAB_URL", ports.url(Part.GITLAB_STAND_IN).toString());
    variables.put("NEWCI_GITLAB_TOKEN", PrivateFiles.read(folder.gitlabToken()).strip());
    variables.put("NEWCI_CA", folder.ca().toString());
    variables.put(
        "NEWCI_TOKEN", new ComponentTokens(folder, invocation.clock()).operator().reveal());
    return variables;
  }

  /** As it is where a shell reads it as it is, else in single quotes. */
  static String quoted(String value) {
    return value.matches("[A-Za-z0-9_./:@%+=,-]+")
        ? value
        : "'" + value.replace("'", "'\\''") + "'";
  }
}
