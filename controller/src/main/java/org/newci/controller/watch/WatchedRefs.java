package org.newci.controller.watch;

import java.util.List;
import java.util.Optional;
import org.newci.controller.build.Build;

/** What was seen of the refs of watched repositories; kept over restarts. */
public interface WatchedRefs {

  /**
   * The newest that was seen of a ref.
   *
   * @param count how many commits of it were seen
   */
  record Seen(String commit, long count) {}

  /** What was seen last of that full ref name of that repository. */
  Optional<Seen> last(String identity, String ref);

  /** Keeps what is seen now. */
  void saw(String identity, String ref, Seen now);

  /**
   * The newest builds of that repository, by its URL, and ref, as builds name it, whoever asked for
   * them; the newest first, and not all of them.
   */
  List<Build> newestBuilds(String url, String ref);
}
