package org.newci.vcs.mirror;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.jgit.lib.ObjectId;
import org.jspecify.annotations.Nullable;
import org.newci.contracts.vcs.MirrorRequest;
import org.newci.shell.problem.Problem;
import org.newci.vcs.source.SourceUrl;
import org.newci.vcs.source.WantedRef;

/**
 * A checked {@code POST /repo}.
 *
 * @param name path of the project below the worker's namespace
 * @param pinned the commit that the ref was resolved to earlier
 * @param owner whom it is for
 */
record MirrorOrder(
    SourceUrl source,
    WantedRef ref,
    String name,
    @Nullable ObjectId pinned,
    Owner owner,
    Extras extras) {

  /**
   * Whom a project is made for.
   *
   * @param build absent for a direct request
   */
  record Owner(@Nullable String build, int attempt, long fence) {}

  /** What else the project gets. */
  record Extras(MirrorRequest.@Nullable Hook hook, Map<String, String> variables) {}

  private static final int MOST_VARIABLES = 100;
  private static final int LONGEST_VALUE = 10_000;

  /** GitLab: Reserved project and group names. */
  private static final Set<String> RESERVED =
      Set.of(
          "badges",
          "blame",
          "blob",
          "builds",
          "commits",
          "create",
          "create_dir",
          "edit",
          "files",
          "find_file",
          "new",
          "preview",
          "raw",
          "refs",
          "tree",
          "update",
          "wikis");

  /** Reads and checks; what is wrong is a 400 that names the field. */
  static MirrorOrder of(MirrorRequest request) {
    try {
      return new MirrorOrder(
          SourceUrl.parse(needed("git", request.git(), "the URL of a repository")),
          WantedRef.parse(needed("ref", request.ref(), "a branch, a tag or a full commit id")),
          name(needed("name", request.name(), "the path of the GitLab project")),
          pinned(request.commit()),
          owner(request),
          new Extras(hook(request.hook()), variables(request.variables())));
    } catch (IllegalArgumentException e) {
      throw Problem.badRequest(String.valueOf(e.getMessage()));
    }
  }

  private static String needed(String field, @Nullable String value, String expected) {
    if (value == null || value.isBlank()) {
      throw new IllegalArgumentException(
          "The field '%s' is missing (expected %s).".formatted(field, expected));
    }
    return value;
  }

  private static String name(String name) {
    boolean fits =
        name.length() <= 100
            && name.matches("[A-Za-z0-9]+([_.-][A-Za-z0-9]+)*")
            && !name.endsWith(".git")
            && !name.endsWith(".atom")
            && !RESERVED.contains(name);
    if (!fits) {
      throw new IllegalArgumentException(
          ("The field 'name' is '%s' (expected at most 100 letters and digits, with single '_', '.'"
                  + " or '-' between them, not a word that GitLab reserves).")
              .formatted(name));
    }
    return name;
  }

  private static @Nullable ObjectId pinned(@Nullable String commit) {
    if (commit == null) {
      return null;
    }
    if (!commit.matches("[0-9a-f]{40}")) {
      throw new IllegalArgumentException(
          "The field 'commit' is '%s' (expected 40 hex digits).".formatted(commit));
    }
    return ObjectId.fromString(commit);
  }

  private static Owner owner(MirrorRequest request) {
    String build = request.build();
    if (build != null && !build.matches("[A-Za-z0-9_-]{1,64}")) {
      throw new IllegalArgumentException(
          "The field 'build' is '%s' (expected at most 64 letters, digits, '_' and '-')."
              .formatted(build));
    }
    int attempt = request.attempt() == null ? 1 : request.attempt();
    long fence = request.fence() == null ? 0 : request.fence();
    if (attempt < 1 || fence < 0) {
      throw new IllegalArgumentException(
          "The fields 'attempt' and 'fence' are %d and %d (expected from 1 and from 0)."
              .formatted(attempt, fence));
    }
    return new Owner(build, attempt, fence);
  }

  private static MirrorRequest.@Nullable Hook hook(MirrorRequest.@Nullable Hook hook) {
    if (hook != null && (hook.url() == null || hook.token() == null)) {
      throw new IllegalArgumentException("The field 'hook' lacks its 'url' or its 'token'.");
    }
    return hook;
  }

  private static Map<String, String> variables(@Nullable Map<String, String> given) {
    if (given == null) {
      return Map.of();
    }
    if (given.size() > MOST_VARIABLES) {
      throw new IllegalArgumentException(
          "The field 'variables' has %d entries (expected at most %d)."
              .formatted(given.size(), MOST_VARIABLES));
    }
    given.forEach(
        (name, value) -> {
          boolean taken = name.equals(ProjectMarker.VARIABLE);
          if (taken || !name.matches("[A-Za-z_][A-Za-z0-9_]{0,254}") || value == null) {
            throw new IllegalArgumentException(
                "The field 'variables' has the name '%s' (expected letters, digits, '_', not %s)."
                    .formatted(name, ProjectMarker.VARIABLE));
          }
          if (value.length() > LONGEST_VALUE) {
            throw new IllegalArgumentException(
                "The variable '%s' has %d characters (expected at most %d)."
                    .formatted(name, value.length(), LONGEST_VALUE));
          }
        });
    return new TreeMap<>(given);
  }
}
