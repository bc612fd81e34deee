package org.newci.vcs.mirror;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.eclipse.jgit.lib.ObjectId;
import org.jspecify.annotations.Nullable;
import org.newci.contracts.source.UrlPattern;
import org.newci.contracts.vcs.MirrorRequest;
import org.newci.contracts.vcs.MirrorRequest.Variable;
import org.newci.shell.problem.Problem;
import org.newci.vcs.source.SourceUrl;
import org.newci.vcs.source.WantedRef;

/**
 * A checked {@code POST /repo}.
 *
 * @param from what is copied
 * @param name path of the project below the worker's namespace
 * @param owner whom it is for
 */
record MirrorOrder(From from, String name, Owner owner, Extras extras) {

  /**
   * What is copied.
   *
   * @param pinned the commit that the ref was resolved to earlier
   * @param way by what right
   * @param submodules that they are copied too; null leaves them out
   */
  record From(
      SourceUrl url,
      WantedRef ref,
      @Nullable ObjectId pinned,
      Way way,
      @Nullable Submodules submodules) {}

  /**
   * How submodules are copied.
   *
   * @param patterns the last is the source's own
   */
  record Submodules(List<UrlPattern> patterns) {

    /** True if the registry treats that URL just as the source. */
    boolean sharesRule(SourceUrl url) {
      UrlPattern first = patterns.stream().filter(url::isOf).findFirst().orElse(null);
      return first != null && first.equals(patterns.getLast());
    }
  }

  /**
   * By what right it is fetched.
   *
   * @param credential name of the worker's credential for the source
   * @param loopback false keeps this machine's loopback out
   */
  record Way(@Nullable String credential, boolean loopback) {}

  /**
   * Whom a project is made for.
   *
   * @param build absent for a direct request
   */
  record Owner(@Nullable String build, long fence) {}

  /**
   * What else the project gets.
   *
   * @param reset true keeps a project that is there, and pushes to it by force
   * @param timeout limit for one job; null for GitLab's own
   */
  record Extras(
      MirrorRequest.@Nullable Hook hook,
      List<Variable> variables,
      boolean reset,
      @Nullable Duration timeout) {}

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
      From from =
          new From(
              SourceUrl.parse(needed("git", request.git(), "the URL of a repository")),
              WantedRef.parse(needed("ref", request.ref(), "a branch, a tag or a full commit id")),
              pinned(request.commit()),
              new Way(request.credential(), !Boolean.FALSE.equals(request.loopback())),
              submodules(request.submodules()));
      return new MirrorOrder(
          from,
          name(needed("name", request.name(), "the path of the GitLab project")),
          owner(request),
          new Extras(
              hook(request.hook()),
              ProjectVariables.of(request),
              reset(request.replace()),
              timeout(request.limits())));
    } catch (IllegalArgumentException e) {
      throw Problem.badRequest(String.valueOf(e.getMessage()));
    }
  }

  /**
   * The same with the variables alone that builds of that ref may have.
   *
   * @param ref full name of what was fetched; null for a commit that was asked for by its id
   */
  MirrorOrder granted(@Nullable String ref) {
    return with(extras.variables().stream().filter(v -> isFor(v, ref)).toList());
  }

  /** The same with these variables and none besides. */
  MirrorOrder with(List<Variable> variables) {
    return new MirrorOrder(
        from, name, owner, new Extras(extras.hook(), variables, extras.reset(), extras.timeout()));
  }

  private static @Nullable Submodules submodules(MirrorRequest.@Nullable Submodules asked) {
    if (asked == null) {
      return null;
    }
    List<String> patterns = asked.patterns() == null ? List.of() : asked.patterns();
    return new Submodules(patterns.stream().map(UrlPattern::parse).toList());
  }

  private static boolean isFor(Variable variable, @Nullable String ref) {
    List<String> refs = variable.refs();
    return refs == null || (ref != null && refs.contains(ref));
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
    long fence = request.fence() == null ? 0 : request.fence();
    if (fence < 0) {
      throw new IllegalArgumentException(
          "The field 'fence' is %d (expected 0 or more).".formatted(fence));
    }
    return new Owner(build, fence);
  }

  private static MirrorRequest.@Nullable Hook hook(MirrorRequest.@Nullable Hook hook) {
    if (hook != null && (hook.url() == null || hook.token() == null)) {
      throw new IllegalArgumentException("The field 'hook' lacks its 'url' or its 'token'.");
    }
    return hook;
  }

  private static boolean reset(@Nullable String replace) {
    if (replace == null || replace.equals("delete")) {
      return false;
    }
    if (replace.equals("reset")) {
      return true;
    }
    throw new IllegalArgumentException(
        "The field 'replace' is '%s' (expected 'delete' or 'reset').".formatted(replace));
  }

  /** GitLab takes ten minutes to a month (API: Projects, build_timeout); less is the runner's. */
  private static @Nullable Duration timeout(MirrorRequest.@Nullable ProjectLimits limits) {
    Long seconds = limits == null ? null : limits.timeoutS();
    if (seconds == null) {
      return null;
    }
    if (seconds < 1 || seconds > 2_592_000) {
      throw new IllegalArgumentException(
          "The field 'limits.timeout_s' is %d (expected 1 to 2592000).".formatted(seconds));
    }
    return Duration.ofSeconds(Math.max(seconds, 600));
  }
}
