package org.newci.controller.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.newci.controller.build.BuildId;
import org.newci.controller.build.BuildLedger.Busy;
import org.newci.controller.build.BuildLedger.Queue;
import org.newci.controller.build.BuildLedger.Waiting;
import org.newci.controller.build.Condition;
import org.newci.controller.build.Given;
import org.newci.controller.build.Limits;
import org.newci.controller.build.Priority;

class TurnsTest {

  private static final Instant T = Given.START;
  private long ranks;
  private final List<Waiting> heads = new ArrayList<>();
  private final List<Busy> busy = new ArrayList<>();
  private final Map<String, Instant> lastStarts = new HashMap<>();

  private BuildId waits(String submitter, String project, Priority priority) {
    Waiting one = new Waiting(Given.id(), ++ranks, project, submitter, priority, T);
    heads.add(one);
    return one.id();
  }

  private BuildId waits(String submitter, String project) {
    return waits(submitter, project, Priority.NORMAL);
  }

  private List<BuildId> next(int concurrent, int each) {
    return turns(concurrent, each).next(queue());
  }

  private static Turns turns(int concurrent, int each) {
    return new Turns(Limits.standard().withNumbers(concurrent, each, 100));
  }

  private Queue queue() {
    return new Queue(heads, busy, lastStarts, null);
  }

  @Test
  void manyOfOneSubmitterDoNotHoldUpTheOneOfAnother() {
    BuildId first = waits("ann", "p1");
    for (int i = 2; i <= 500; i++) {
      waits("ann", "p" + i);
    }
    BuildId bobs = waits("bob", "q");
    assertThat(next(2, 2)).containsExactly(first, bobs);
  }

  @Test
  void withOnePlaceSubmittersTakeTurns() {
    waits("ann", "p1");
    BuildId bobs = waits("bob", "q");
    lastStarts.put("ann", T);
    assertThat(next(1, 1)).containsExactly(bobs);
  }

  @Test
  void twoSubmittersOfOneProjectTakeTurnsToo() {
    waits("ann", "p");
    BuildId bobs = waits("bob", "p");
    lastStarts.put("ann", T);
    assertThat(next(5, 5)).containsExactly(bobs);
  }

  @Test
  void theMoreUrgentOneIsFirstWhoeverAskedForIt() {
    BuildId low = waits("bob", "p1", Priority.LOW);
    BuildId normal = waits("bob", "p2");
    BuildId high = waits("ann", "p3", Priority.HIGH);
    lastStarts.put("ann", T);
    assertThat(next(2, 2)).containsExactly(high, normal);
    assertThat(next(3, 3)).containsExactly(high, normal, low);
  }

  @Test
  void aTakenProjectAndASubmitterAtTheLimitWait() {
    busy.add(new Busy(Given.id(), "p", "ann", T));
    waits("bob", "p");
    waits("ann", "q");
    assertThat(next(5, 1)).isEmpty();
    assertThat(next(5, 2)).hasSize(1);
  }

  @Test
  void theConditionsSayExactlyWhatHoldsAndWhatNot() {
    Busy under = new Busy(Given.id(), "p", "ann", T.plusSeconds(9));
    busy.add(under);
    waits("bob", "p");
    List<Condition> all = turns(1, 1).conditions(heads.getFirst(), 2, queue());
    assertThat(all)
        .extracting(Condition::name)
        .containsExactly(
            "first-in-line",
            "project-free",
            "submitter-below-limit",
            "place-free",
            "turn-has-come");
    assertThat(all).extracting(Condition::holds).containsExactly(false, false, true, false, true);
    assertThat(all.get(1).since()).isEqualTo(T.plusSeconds(9));
    assertThat(all.get(1).sentence())
        .isEqualTo("Build %s of this repository is under way.".formatted(under.id()));
  }

  /** One rule, two uses: whoever starts has all conditions, who has them all starts first. */
  @Test
  void whatStartsIsWhatHasAllConditions() {
    java.util.Random dice = new java.util.Random(11);
    for (int round = 0; round < 300; round++) {
      heads.clear();
      busy.clear();
      lastStarts.clear();
      for (int i = dice.nextInt(4); i > 0; i--) {
        busy.add(new Busy(Given.id(), "p" + i, "s" + dice.nextInt(3), T));
      }
      for (int i = dice.nextInt(8); i > 0; i--) {
        Priority priority = Priority.at(dice.nextInt(3));
        waits("s" + dice.nextInt(3), "p" + dice.nextInt(6), priority);
      }
      lastStarts.put("s" + dice.nextInt(3), T);
      Turns turns = turns(1 + dice.nextInt(5), 1 + dice.nextInt(3));
      List<BuildId> starts = turns.next(queue());
      List<BuildId> ready =
          heads.stream()
              .filter(
                  head -> turns.conditions(head, 0, queue()).stream().allMatch(Condition::holds))
              .map(Waiting::id)
              .toList();
      assertThat(ready).isEqualTo(starts.stream().limit(1).toList());
    }
  }
}
