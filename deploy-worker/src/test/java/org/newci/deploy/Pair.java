package org.newci.deploy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Two files that are deployed as one, of which each version has bytes of its own. */
final class Pair {

  static final List<String> NAMES = List.of("a", "b");

  private Pair() {}

  static byte[] body(String name, int version, int size) {
    byte[] bytes = new byte[size];
    new Random(31L * version + name.hashCode()).nextBytes(bytes);
    return bytes;
  }

  /** Stores that version's bytes; answers what to ask a worker. */
  static Map<String, Object> request(RunningWorker store, int version, int size) throws Exception {
    List<Map<String, Object>> items = new ArrayList<>();
    for (String name : NAMES) {
      String sha256 = store.blob("v-" + name, body(name, version, size));
      items.add(
          Map.of("artifact_id", "sha256:" + sha256, "published_name", name, "sha256", sha256));
    }
    return new HashMap<>(Map.of("sequence", version, "build", "b" + version, "artifacts", items));
  }

  static RunningWorker.Answer deploy(RunningWorker worker, int version, int size) throws Exception {
    return worker.deploy(request(worker, version, size));
  }
}
