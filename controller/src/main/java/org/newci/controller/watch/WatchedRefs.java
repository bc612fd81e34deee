package org.newci.controller.watch;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What was seen of the refs of watched repositories; kept over restarts. */
public interface WatchedRefs {

  /**
   * The newest that was seen of a ref.
   *
   * @param count how many commits of it were seen
   */
  record Seen(String commit, long count) {}

  /**
   * The newest build of a ref, whoever asked for it.
   *
   * @param commit null while it is not known
   */
  record Newest(@Nullable String commit) {}

  /** What was seen last of that full ref name of that repository. */
  Optional<Seen> last(String identity, String ref);

  /** Keeps what is seen now. */
  void saw(String identity, String ref, Seen now);

  /** The newest build of that repository, by its URL, and ref, as builds name it. */
  Optional<Newest> newestBuild(String url, String ref);
}
