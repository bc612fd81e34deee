package org.newci.cli.command;

import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.newci.auth.Scope;
import org.newci.cli.CommandFailed;
import org.newci.cli.Exit;
import org.newci.cli.Invocation;
import org.newci.cli.setup.ComponentTokens;
import org.newci.shell.config.Settings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code newci token}. */
@Command(
    name = "token",
    description = {
      "Prints a new bearer token, signed with this machine's key.",
      "Its audience follows from the scopes."
    })
public final class TokenCommand implements Callable<Integer> {

  private static final Duration LONGEST = Duration.ofDays(366);

  @Mixin private final DataOption data = new DataOption();

  @Option(
      names = "--subject",
      required = true,
      paramLabel = "S",
      description = "Who the token is for.")
  private String subject = "";

  @Option(
      names = "--scope",
      required = true,
      paramLabel = "\"a:b c:d\"",
      description =
          "What it allows, separated by blanks: cd:post status:get builds:get "
              + "builds:cancel builds:retry repo:post blobs:put blobs:get deploy:post ...")
  private String scope = "";

  @Option(
      names = "--expires",
      paramLabel = "TIME",
      defaultValue = "1h",
      description = "How long it is good for, such as 90s, 15m, 1h or 30d. Default: 1h.")
  private String expires = "1h";

  private final Invocation invocation;

  public TokenCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    Set<Scope> scopes = scopes();
    Duration lifetime = lifetime();
    if (subject.isBlank()) {
      throw new CommandFailed(Exit.USAGE, "--subject is empty (expected who the token is for).");
    }
    ComponentTokens tokens = new ComponentTokens(invocation.folder(data.dir), invocation.clock());
    invocation.out().println(tokens.issue(subject, scopes, lifetime).reveal());
    return Exit.OK;
  }

  private Duration lifetime() {
    Duration lifetime;
    try {
      lifetime = Settings.parseDuration(expires);
    } catch (IllegalArgumentException e) {
      throw new CommandFailed(Exit.USAGE, "--expires: " + e.getMessage() + ".", e);
    }
    if (lifetime.isNegative() || lifetime.isZero() || lifetime.compareTo(LONGEST) > 0) {
      throw new CommandFailed(
          Exit.USAGE,
          "--expires is '%s' (expected more than nothing and at most 366d).".formatted(expires));
    }
    return lifetime;
  }

  private Set<Scope> scopes() {
    Set<Scope> scopes = EnumSet.noneOf(Scope.class);
    for (String word : scope.strip().split("\\s+", -1)) {
      scopes.add(
          Scope.of(word)
              .orElseThrow(
                  () ->
                      new CommandFailed(
                          Exit.USAGE,
                          "--scope: there is no '%s' (expected some of: %s)."
                              .formatted(word, allScopes()))));
    }
    return scopes;
  }

  private static String allScopes() {
    return Arrays.stream(Scope.values()).map(Scope::word).collect(Collectors.joining(" "));
  }
}
