package org.newci.vcs.source;

import java.util.List;
import java.util.Locale;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.jspecify.annotations.Nullable;

/** What a request calls a ref: a branch or tag, in order of preference, or a commit. */
public sealed interface WantedRef {

  /** As the request said it. */
  String text();

  /**
   * A branch or tag.
   *
   * @param fullNames what to look for, the first one found wins
   */
  record Named(String text, List<String> fullNames) implements WantedRef {}

  /** A full commit id. */
  record Commit(String text, ObjectId id) implements WantedRef {}

  /**
   * Reads it: 40 hex digits are a commit, {@code refs/…} is a full name, all else a branch or, if
   * there is none of that name, a tag.
   *
   * @throws IllegalArgumentException a sentence that says what is wrong with it
   */
  static WantedRef parse(String ref) {
    if (ref.matches("[0-9a-fA-F]{40}")) {
      return new Commit(ref, ObjectId.fromString(ref.toLowerCase(Locale.ROOT)));
    }
    boolean full = ref.startsWith("refs/");
    if (ref.length() > 512 || !Repository.isValidRefName(full ? ref : "refs/heads/" + ref)) {
      throw new IllegalArgumentException(
          "The field 'ref' is '%s' (expected a branch, a tag or a full commit id)."
              .formatted(ref.length() > 512 ? ref.substring(0, 512) + "…" : ref));
    }
    return new Named(ref, full ? List.of(ref) : List.of("refs/heads/" + ref, "refs/tags/" + ref));
  }

  /**
   * The full name of a ref that was resolved to a commit earlier: a short one is a branch, for tags
   * are then called by their full name. Null for a commit.
   */
  default @Nullable String whenPinned() {
    return this instanceof Named named ? named.fullNames().getFirst() : null;
  }

  /** True for what looks like the beginning of a commit id. */
  default boolean looksShort() {
    return text().matches("[0-9a-fA-F]{4,39}");
  }
}
