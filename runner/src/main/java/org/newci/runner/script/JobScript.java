package org.newci.runner.script;

import java.util.List;
import org.newci.runner.gitlab.JobVariable;

/**
 * The bash script that the lines of a job become, as gitlab-runner's bash writer makes it ({@code
 * shells/bash.go}): one shell for all lines, {@code errexit} and {@code pipefail} but not {@code
 * nounset}, standard input of the commands is {@code /dev/null}, each command is shown first.
 */
public final class JobScript {

  private static final String GREEN = "\u001b[32;1m";
  private static final String RESET = "\u001b[0;m";

  private JobScript() {}

  /** The whole script for {@code bash}, to be read from its standard input. */
  public static String of(Variables variables, String status, List<String> lines) {
    StringBuilder body = new StringBuilder();
    exports(body, variables, status);
    if (variables.get("CI_DEBUG_TRACE").equals("true")) {
      body.append("set -o xtrace\n");
    }
    for (String line : lines) {
      command(body, line);
    }
    return """
        trap 'exit 1' TERM
        set -o pipefail
        set -o errexit
        set +o noclobber
        (trap 'exit 1' TERM; eval %s) < /dev/null
        exit 0
        """
        .formatted(ShellQuote.quote(body.toString()));
  }

  private static void exports(StringBuilder body, Variables variables, String status) {
    boolean folderMade = false;
    for (JobVariable variable : variables.all()) {
      String value = variable.value();
      if (variable.file()) {
        String path = variables.filePath(variable.key());
        if (!folderMade) {
          String folder = path.substring(0, path.lastIndexOf('/'));
          body.append("mkdir -p ").append(ShellQuote.quote(folder)).append('\n');
          folderMade = true;
        }
        body.append("printf '%s' ")
            .append(ShellQuote.quote(value))
            .append(" > ")
            .append(ShellQuote.quote(path))
            .append('\n');
        value = path;
      }
      export(body, variable.key(), value);
    }
    export(body, "CI_JOB_STATUS", status);
    body.append("cd \"$CI_PROJECT_DIR\"\n");
  }

  private static void export(StringBuilder body, String name, String value) {
    body.append("export ").append(name).append('=').append(ShellQuote.quote(value)).append('\n');
  }

  private static void command(StringBuilder body, String line) {
    String command = line.strip();
    if (command.isEmpty()) {
      body.append("echo\n");
      return;
    }
    int newline = command.indexOf('\n');
    String shown =
        newline < 0
            ? command
            : command.substring(0, newline).strip() + " # collapsed multi-line command";
    body.append("echo ")
        .append(ShellQuote.quote(GREEN + "$ " + shown + RESET))
        .append('\n')
        .append(command)
        .append('\n');
  }
}
