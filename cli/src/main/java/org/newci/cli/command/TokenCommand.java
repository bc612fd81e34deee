package org.newci.cli.command;

import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.newci.auth.Scope;
import org.newci.cli.CommandFailed;
import org.newci.cli.Exit;
import org.newci.cli.Invocation;
import org.newci.cli.setup.ComponentTokens;
import org.newci.cli.setup.TokenKeys;
import org.newci.shell.config.Settings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code newci token}. */
@Command(
    name = "token",
    description = {
      "Prints a new bearer token, signed with this machine's key.",
      "Its audience follows from the scopes.",
      "--rotate, --drop-old, --deny and --allow change which tokens are believed instead;",
      "running components notice by themselves."
    })
public final class TokenCommand implements Callable<Integer> {

  private static final Duration LONGEST = Duration.ofDays(366);

  @Mixin private final DataOption data = new DataOption();

  @Option(names = "--subject", paramLabel = "S", description = "Who the token is for.")
  private String subject = "";

  @Option(
      names = "--scope",
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

  @Option(
      names = "--group",
      paramLabel = "G",
      description = "A group that the subject is in, as the registry knows it; may be repeated.")
  private List<String> groups = List.of();

  @Option(
      names = "--rotate",
      description = "Makes the next signing key; tokens of the one before stay good.")
  private boolean rotate;

  @Option(
      names = "--drop-old",
      description = "Ends a rotation: tokens of earlier keys are refused from now on.")
  private boolean dropOld;

  @Option(
      names = "--deny",
      paramLabel = "\"sub S\"|\"jti ID\"",
      description = "Withdraws all tokens of a subject, or one token by its id.")
  private @Nullable String deny;

  @Option(
      names = "--allow",
      paramLabel = "\"sub S\"|\"jti ID\"",
      description = "Takes back what --deny withdrew.")
  private @Nullable String allow;

  private final Invocation invocation;

  public TokenCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    if (rotate || dropOld || deny != null || allow != null) {
      return manage(new TokenKeys(invocation.folder(data.dir), invocation.clock()));
    }
    requireGiven("--subject", subject);
    requireGiven("--scope", scope);
    Set<Scope> scopes = scopes();
    Duration lifetime = lifetime();
    ComponentTokens tokens = new ComponentTokens(invocation.folder(data.dir), invocation.clock());
    invocation.out().println(token(tokens, scopes, lifetime));
    return Exit.OK;
  }

  private String token(ComponentTokens tokens, Set<Scope> scopes, Duration lifetime) {
    try {
      return tokens.issue(subject, Set.copyOf(groups), scopes, lifetime).reveal();
    } catch (IllegalArgumentException e) {
      throw new CommandFailed(Exit.USAGE, "--group: " + e.getMessage() + ".", e);
    }
  }

  private static void requireGiven(String option, String value) {
    if (value.isBlank()) {
      throw new CommandFailed(
          Exit.USAGE, "%s is missing (expected both --subject and --scope).".formatted(option));
    }
  }

  private int manage(TokenKeys keys) {
    if (rotate) {
      invocation.err().println("newci: signs with the new key " + keys.rotate());
    }
    if (dropOld) {
      Set<String> dropped = keys.dropOld();
      invocation
          .err()
          .println(
              dropped.isEmpty()
                  ? "newci: there was only one key"
                  : "newci: dropped the key " + String.join(", ", dropped));
    }
    try {
      if (deny != null) {
        keys.deny(deny);
      }
      if (allow != null && !keys.allow(allow)) {
        throw new CommandFailed(Exit.FAILED, "'%s' is not denied.".formatted(allow));
      }
    } catch (IllegalArgumentException e) {
      throw new CommandFailed(Exit.USAGE, "--deny: " + e.getMessage() + ".", e);
    }
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
