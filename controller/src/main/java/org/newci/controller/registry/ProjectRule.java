package org.newci.controller.registry;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.newci.contracts.source.Glob;
import org.newci.contracts.source.UrlPattern;
import org.newci.controller.build.Grant;

/**
 * What holds for the repositories of one pattern.
 *
 * @param match null for the default, which is for all that no pattern matches
 * @param environment where its builds are deployed, and with which limits
 * @param publish names that it may be served under
 */
public record ProjectRule(
    @Nullable UrlPattern match,
    Source source,
    Access access,
    Grant environment,
    List<Glob> publish,
    Inputs inputs,
    @Nullable Watch watch) {

  /**
   * How its sources come into GitLab.
   *
   * @param loopback true lets addresses of this machine's loopback in
   * @param project template of the GitLab project's name
   * @param credential name of a credential that the VCS worker holds
   * @param replace {@code delete} or {@code reset}; null for the worker's own default
   */
  public record Source(
      boolean loopback,
      String project,
      @Nullable String credential,
      @Nullable String replace,
      boolean submodules) {

    static final String STANDARD_PROJECT = "{name}-{hash}";
  }

  /** Who may submit, and who may see builds, logs and names. Who may submit may read. */
  record Access(People submit, People read) {}

  /** What its builds are given. */
  public record Inputs(Map<String, String> variables, List<Secret> secrets) {

    static final Inputs NONE = new Inputs(Map.of(), List.of());
  }

  /**
   * A secret of its builds; the value is read from the file when a build starts.
   *
   * @param file plain name in the controller's folder of build secrets
   * @param refs the branches, or {@code refs/tags/…}, whose builds get it
   * @param asFile true hands jobs the path of a file that holds it
   */
  public record Secret(String name, String file, List<Glob> refs, boolean asFile) {

    private static final String BRANCHES = "refs/heads/";
    private static final String TAGS = "refs/tags/";

    /**
     * True for builds of that ref: a pattern that begins with {@code refs/tags/} is for tags, any
     * other for branches.
     *
     * @param fullRef the full name of what is built
     */
    public boolean isFor(String fullRef) {
      if (fullRef.startsWith(TAGS)) {
        return refs.stream()
            .anyMatch(glob -> glob.text().startsWith(TAGS) && glob.matches(fullRef));
      }
      return fullRef.startsWith(BRANCHES)
          && refs.stream()
              .anyMatch(
                  glob ->
                      !glob.text().startsWith(TAGS)
                          && glob.matches(fullRef.substring(BRANCHES.length())));
    }
  }

  /**
   * That pushes alone start builds.
   *
   * @param branches which branches
   * @param tags which tags
   * @param everyS seconds from one look to the next
   */
  public record Watch(
      List<Glob> branches,
      List<Glob> tags,
      @Nullable String artifact,
      @Nullable String publishedName,
      long everyS) {

    /** True if builds of that full ref name ({@code refs/heads/main}) start by themselves. */
    public boolean wants(String fullRef) {
      return under("refs/heads/", branches, fullRef) || under("refs/tags/", tags, fullRef);
    }

    private static boolean under(String prefix, List<Glob> globs, String ref) {
      return ref.startsWith(prefix)
          && globs.stream().anyMatch(glob -> glob.matches(ref.substring(prefix.length())));
    }
  }

  /** The GitLab project of that repository. */
  String projectOf(RepoUrl repo) {
    String name =
        source
            .project()
            .replace("{name}", ProjectName.slug(repo.lastName()))
            .replace("{path}", ProjectName.slug(repo.barePath()))
            .replace("{hash}", ProjectName.hash(repo));
    return ProjectName.isReserved(name) ? name + "-" + ProjectName.hash(repo) : name;
  }

  boolean mayPublish(String name) {
    return publish.stream().anyMatch(glob -> glob.matches(name));
  }

  boolean mayRead(Person person) {
    return access.read().has(person) || access.submit().has(person);
  }

  /** Everything is allowed to everybody, and nothing is given: what holds without a file. */
  static ProjectRule open(boolean loopback) {
    return new ProjectRule(
        null,
        new Source(loopback, Source.STANDARD_PROJECT, null, null, false),
        new Access(People.EVERYBODY, People.EVERYBODY),
        Grant.STANDARD,
        List.of(new Glob("*")),
        Inputs.NONE,
        null);
  }

  /** The words of {@code replace}. */
  static final Set<String> REPLACE = Set.of("delete", "reset");
}
