package org.newci.standin.ci;

import java.util.List;
import java.util.Optional;

/**
 * The files of the commit that a pipeline is for. Each method is called only when the CI file needs
 * it, some of them often: an implementation remembers what it found. All paths are relative to the
 * root of the repository, without a leading slash.
 */
public interface CommitFiles {

  /** The bytes of a file; empty when there is none at that path. */
  Optional<byte[]> read(String path);

  /** The id of a file's content (git's blob id); empty when there is none at that path. */
  Optional<String> contentId(String path);

  /** The paths of all files of the commit. */
  List<String> paths();

  /**
   * The paths that were added, changed or removed by the push; empty when that has no answer: a new
   * branch, a tag, a pipeline that no push has started. {@code changes} then holds.
   */
  Optional<List<String>> changed();

  /**
   * The paths that differ from where the branch left that one ({@code compare_to}): a diff against
   * the merge base.
   *
   * @param ref a branch, tag or commit; empty answer when there is no such thing
   */
  Optional<List<String>> changedSince(String ref);

  /** A commit whose files nobody can see. */
  CommitFiles NONE =
      new CommitFiles() {
        @Override
        public Optional<byte[]> read(String path) {
          return Optional.empty();
        }

        @Override
        public Optional<String> contentId(String path) {
          return Optional.empty();
        }

        @Override
        public List<String> paths() {
          return List.of();
        }

        @Override
        public Optional<List<String>> changed() {
          return Optional.empty();
        }

        @Override
        public Optional<List<String>> changedSince(String ref) {
          return Optional.empty();
        }
      };
}
