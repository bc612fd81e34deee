package org.newci.controller.build;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What was asked for; never changes.
 *
 * @param repo URL of the source repository, as it was written
 * @param ref branch, tag or full commit id, as it was written
 * @param artifact file to deploy; null for a build that only tests
 * @param publishedName name to serve it under; null exactly when there is no artifact
 * @param project name of the GitLab project that the repository maps to
 * @param submitter subject of the token that asked
 * @param commit the commit to build, when a retry pinned it
 * @param retryOf the build that this one repeats
 * @param grant what the registry granted it
 * @param priority how urgent it is
 * @param also further files to deploy together with the first one
 */
public record Order(
    String repo,
    String ref,
    @Nullable String artifact,
    @Nullable String publishedName,
    String project,
    String submitter,
    @Nullable String commit,
    @Nullable BuildId retryOf,
    Instant createdAt,
    Grant grant,
    List<Item> also,
    Priority priority) {

  /** A file and the name to serve it under. */
  public record Item(String artifact, String publishedName) {}

  /** Builds of before the registry have no grant, and some no other artifacts or priority. */
  @SuppressWarnings("NullAway") // Jackson gives null for a member that is not there.
  public Order {
    grant = Objects.requireNonNullElse(grant, Grant.STANDARD);
    also = also == null ? List.of() : List.copyOf(also);
    priority = Objects.requireNonNullElse(priority, Priority.NORMAL);
  }

  /** Everything that is deployed, the first one first; empty for a build that only tests. */
  public List<Item> items() {
    if (artifact == null) {
      return List.of();
    }
    List<Item> items = new ArrayList<>();
    items.add(new Item(artifact, String.valueOf(publishedName)));
    items.addAll(also);
    return items;
  }

  /**
   * Full names of what the ref may be: none for a commit, a branch or a tag for a short name. Once
   * the commit is known a short name is a branch's, for tags are then called by their full name.
   */
  public List<String> possibleRefs() {
    if (ref.matches("[0-9a-fA-F]{40}")) {
      return List.of();
    }
    if (ref.startsWith("refs/")) {
      return List.of(ref);
    }
    String branch = "refs/heads/" + ref;
    return commit == null ? List.of(branch, "refs/tags/" + ref) : List.of(branch);
  }

  /**
   * The same order again.
   *
   * @param source what the first one was resolved to, if it was
   */
  public Order again(BuildId first, Found.@Nullable Source source, String by, Instant now) {
    String pinned = source == null ? commit : source.commit();
    String resolved = source == null ? null : source.ref();
    String called = resolved == null ? ref : resolved.replaceFirst("^refs/heads/(?!refs/)", "");
    return new Order(
        repo,
        called,
        artifact,
        publishedName,
        project,
        by,
        pinned,
        first,
        now,
        grant,
        also,
        priority);
  }

  /** The same order in that project, with that grant. */
  public Order granted(String inProject, Grant given) {
    return new Order(
        repo,
        ref,
        artifact,
        publishedName,
        inProject,
        submitter,
        commit,
        retryOf,
        createdAt,
        given,
        also,
        priority);
  }

  /** The same order, as urgent as that. */
  public Order urgent(Priority given) {
    return new Order(
        repo,
        ref,
        artifact,
        publishedName,
        project,
        submitter,
        commit,
        retryOf,
        createdAt,
        grant,
        also,
        given);
  }
}
