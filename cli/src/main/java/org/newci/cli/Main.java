package org.newci.cli;

import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.newci.cli.command.BackupCommands;
import org.newci.cli.command.BuildCommands;
import org.newci.cli.command.DownCommand;
import org.newci.cli.command.EnvCommand;
import org.newci.cli.command.LogsCommand;
import org.newci.cli.command.ReasonCommands;
import org.newci.cli.command.RegistryCommand;
import org.newci.cli.command.RollbackCommand;
import org.newci.cli.command.ServeCommand;
import org.newci.cli.command.SetUpCommand;
import org.newci.cli.command.StatusCommand;
import org.newci.cli.command.StopCommands;
import org.newci.cli.command.StoreCommand;
import org.newci.cli.command.SubmitCommand;
import org.newci.cli.command.TokenCommand;
import org.newci.cli.command.UpCommand;
import org.newci.cli.demo.DemoCommand;
import org.newci.cli.demo.TrainCommand;
import org.newci.cli.lint.LintCommand;
import org.newci.cli.machine.Sentences;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code newci}: the one entry. */
@Command(
    name = "newci",
    description = "Takes a change from version control to a running environment.",
    version = "newci 0.1.0",
    footer = {
      "",
      "Two more commands are the start script's own: './newci test' installs what the tests need",
      "and runs all of them, './newci bench' measures.",
      "",
      "Exit codes: 0 done, 1 failed, 2 wrong command line, 3 unreachable or refused, 4 cancelled,",
      "5 timed out."
    })
public final class Main {

  private Main() {}

  public static void main(String[] arguments) {
    int code = run(Invocation.ofProcess(), arguments);
    System.out.flush();
    System.exit(code);
  }

  /** Runs one command; answers its exit code. */
  static int run(Invocation invocation, String... arguments) {
    CommandLine line = new CommandLine(new Main());
    Map<String, Supplier<Object>> commands = commands(invocation);
    Supplier<Object> named = arguments.length == 0 ? null : commands.get(arguments[0]);
    if (named != null) {
      // Looking through the options of all commands takes as long as most of them run.
      line.addSubcommand(named.get());
    } else {
      commands.values().forEach(command -> line.addSubcommand(command.get()));
    }
    line.getSubcommands().values().forEach(Main::addHelp);
    addHelp(line);
    line.setOut(new PrintWriter(invocation.out(), true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(invocation.err(), true, StandardCharsets.UTF_8));
    line.setExecutionExceptionHandler((failure, command, parsed) -> explain(invocation, failure));
    return line.execute(arguments);
  }

  private static Map<String, Supplier<Object>> commands(Invocation invocation) {
    Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
    commands.put("up", () -> new UpCommand(invocation));
    commands.put("setup", () -> new SetUpCommand(invocation));
    commands.put("down", () -> new DownCommand(invocation));
    commands.put("env", () -> new EnvCommand(invocation));
    commands.put("demo", () -> new DemoCommand(invocation));
    commands.put("submit", () -> new SubmitCommand(invocation));
    commands.put("status", () -> new StatusCommand(invocation));
    commands.put("logs", () -> new LogsCommand(invocation));
    commands.put("cancel", () -> new BuildCommands.Cancel(invocation));
    commands.put("why", () -> new ReasonCommands.Why(invocation));
    commands.put("replay", () -> new ReasonCommands.Replay(invocation));
    commands.put("retry", () -> new BuildCommands.Retry(invocation));
    commands.put("rollback", () -> new RollbackCommand(invocation));
    commands.put("stop", () -> new StopCommands.Stop(invocation));
    commands.put("resume", () -> new StopCommands.Resume(invocation));
    commands.put("registry", () -> new RegistryCommand(invocation));
    commands.put("store", () -> new StoreCommand(invocation));
    commands.put("backup", () -> new BackupCommands.Take(invocation));
    commands.put("restore", () -> new BackupCommands.Back(invocation));
    commands.put("token", () -> new TokenCommand(invocation));
    commands.put("serve", () -> new ServeCommand(invocation));
    commands.put("lint", () -> new LintCommand(invocation));
    commands.put("train", () -> new TrainCommand(invocation, line -> run(invocation, line)));
    return commands;
  }

  private static void addHelp(CommandLine line) {
    line.getCommandSpec().mixinStandardHelpOptions(true);
  }

  private static int explain(Invocation invocation, Exception failure) {
    if (failure instanceof CommandFailed failed) {
      invocation.err().println("newci: " + failed.sentence());
      return failed.exitCode();
    }
    if (failure instanceof UncheckedIOException
        || failure instanceof IllegalArgumentException
        || failure instanceof IllegalStateException) {
      invocation.err().println("newci: " + Sentences.of(failure));
      return Exit.FAILED;
    }
    failure.printStackTrace(invocation.err());
    invocation.err().println("newci: this should not have happened: " + Sentences.of(failure));
    return Exit.FAILED;
  }
}
