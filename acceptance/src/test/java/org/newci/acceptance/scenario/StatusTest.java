package org.newci.acceptance.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.newci.acceptance.system.RunningSystem;
import org.newci.acceptance.system.Sources;

/** S02: the status is one consistent view. */
class StatusTest extends Fixture {

  private static final List<String> ORDER = List.of("queued", "building", "finished");

  @Test
  void s02EveryIdIsInOneListAndNeverMovesBackwards() {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Sources.Repository repository = hello("s02-" + i, "text " + i);
      for (int j = 0; j < 5; j++) {
        ids.add(newci.submit(repository.url(), "master", null));
      }
    }
    Map<String, Integer> furthest = new HashMap<>();
    Awaitility.await()
        .atMost(RunningSystem.BUILD_LIMIT.multipliedBy(2))
        .pollInterval(java.time.Duration.ofMillis(50))
        .until(() -> look(ids, furthest));
  }

  /** Checks one answer; true when all are finished. */
  private boolean look(List<String> ids, Map<String, Integer> furthest) {
    JsonNode status = newci.web().get(newci.env("NEWCI_URL") + "/status").json();
    Map<String, Integer> now = new HashMap<>();
    for (int place = 0; place < ORDER.size(); place++) {
      for (JsonNode id : status.path(ORDER.get(place))) {
        assertThat(now.put(id.asText(), place)).as("%s in two lists", id).isNull();
      }
    }
    Set<String> described = new TreeSet<>();
    status.path("builds").fieldNames().forEachRemaining(described::add);
    assertThat(described).isEqualTo(new TreeSet<>(now.keySet()));
    for (String id : ids) {
      assertThat(now).containsKey(id);
      int before = furthest.getOrDefault(id, 0);
      assertThat(now.get(id)).as("place of %s", id).isGreaterThanOrEqualTo(before);
      furthest.put(id, now.get(id));
    }
    return ids.stream().allMatch(id -> now.get(id) == 2);
  }
}
