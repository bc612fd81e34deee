package org.newci.controller.sim;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.newci.contracts.vcs.CollectAnswer;
import org.newci.shell.peer.PeerFailure;

/** The store's leave for jobs: write-once, and sealed for good. */
final class Uploads {

  private final Set<String> open = new HashSet<>();
  private final Set<String> sealed = new HashSet<>();
  private final Map<String, String> put = new HashMap<>();

  String grant(String build) throws PeerFailure {
    if (sealed.contains(build)) {
      throw new PeerFailure.Refused(502, "store-refused", "The grant is sealed.", "");
    }
    open.add(build);
    return "token-of-" + build;
  }

  void put(String build, String sha256) {
    if (open.contains(build)) {
      put.putIfAbsent(build, sha256);
    }
  }

  Optional<CollectAnswer> seal(String build, boolean forGood) {
    if (forGood) {
      open.remove(build);
      sealed.add(build);
    }
    return of(build).map(sha256 -> new CollectAnswer("b", sha256, 1, null, "app.bin"));
  }

  Optional<String> of(String build) {
    return Optional.ofNullable(put.get(build));
  }
}
