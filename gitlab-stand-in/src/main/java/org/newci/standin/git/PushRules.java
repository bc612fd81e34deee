package org.newci.standin.git;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.jgit.transport.PreReceiveHook;
import org.eclipse.jgit.transport.ReceiveCommand;
import org.eclipse.jgit.transport.ReceivePack;
import org.newci.standin.database.Database;
import org.newci.standin.member.AccessLevel;
import org.newci.standin.project.Project;
import org.newci.standin.project.ProtectedBranches;
import org.newci.standin.project.ProtectedBranches.Rule;

/** GitLab's checks before a push is taken (lib/gitlab/checks/branch_check.rb), in its words. */
final class PushRules implements PreReceiveHook {

  private final Database database;
  private final Project project;
  private final AccessLevel level;

  PushRules(Database database, Project project, AccessLevel level) {
    this.database = database;
    this.project = project;
    this.level = level;
  }

  @Override
  public void onPreReceive(ReceivePack pack, Collection<ReceiveCommand> commands) {
    Optional<String> refusal =
        Stream.concat(
                unknownOption(pack).stream(),
                commands.stream().flatMap(command -> refusal(pack, command).stream()))
            .findFirst();
    refusal.ifPresent(
        sentence -> {
          pack.sendMessage("GitLab: " + sentence);
          for (ReceiveCommand command : commands) {
            command.setResult(
                ReceiveCommand.Result.REJECTED_OTHER_REASON, "pre-receive hook declined");
          }
        });
  }

  private static Optional<String> unknownOption(ReceivePack pack) {
    List<String> options = pack.getPushOptions();
    return options == null
        ? Optional.empty()
        : options.stream()
            .filter(option -> !option.equals("ci.skip") && !option.startsWith("ci.variable="))
            .findFirst()
            .map("The push option '%s' is not supported by this server."::formatted);
  }

  private Optional<String> refusal(ReceivePack pack, ReceiveCommand command) {
    String ref = command.getRefName();
    if (ref.startsWith("refs/tags/")) {
      return Optional.empty();
    }
    if (!ref.startsWith("refs/heads/")) {
      return Optional.of("You can only push branches and tags.");
    }
    String branch = ref.substring("refs/heads/".length());
    if (branch.matches("[0-9a-f]{40}([-/].*)?")) {
      return Optional.of("You cannot create a branch with a 40-character hexadecimal branch name.");
    }
    boolean deletes = command.getType() == ReceiveCommand.Type.DELETE;
    if (deletes && branch.equals(project.defaultBranch())) {
      return Optional.of("The default branch of a project cannot be deleted.");
    }
    List<Rule> rules = database.read(handle -> ProtectedBranches.of(handle, project.id(), branch));
    if (rules.isEmpty()) {
      return Optional.empty();
    }
    if (deletes) {
      return Optional.of(
          level.atLeast(AccessLevel.MAINTAINER)
              ? "You can only delete protected branches using the web interface."
              : "You are not allowed to delete protected branches from this project. Only a project"
                  + " maintainer or owner can delete a protected branch.");
    }
    if (!ProtectedBranches.mayPush(rules, level)) {
      return Optional.of(
          command.getType() == ReceiveCommand.Type.CREATE
              ? "You are not allowed to create protected branches on this project."
              : "You are not allowed to push code to protected branches on this project.");
    }
    boolean forceAllowed = rules.stream().anyMatch(Rule::allowForcePush);
    return !forceAllowed && isForced(pack, command)
        ? Optional.of(
            "You are not allowed to force push code to a protected branch on this project.")
        : Optional.empty();
  }

  private static boolean isForced(ReceivePack pack, ReceiveCommand command) {
    try {
      if (command.getType() == ReceiveCommand.Type.UPDATE) {
        command.updateType(pack.getRevWalk());
      }
      return command.getType() == ReceiveCommand.Type.UPDATE_NONFASTFORWARD;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot compare commits of " + command.getRefName(), e);
    }
  }
}
