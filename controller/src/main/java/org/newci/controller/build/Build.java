package org.newci.controller.build;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One build. A value: only {@link Decider} makes the next one.
 *
 * @param rank place in the order of submission; also the fence that its project is mirrored under
 * @param version counts the events that made it, from 1
 * @param sentence what is going on, or how it ended, for a person
 */
public record Build(
    BuildId id,
    long rank,
    long version,
    Order order,
    BuildState state,
    @Nullable Outcome outcome,
    String sentence,
    Found found,
    @Nullable Stop stop,
    List<Step> steps,
    @Nullable Instant finishedAt) {

  public Build {
    steps = List.copyOf(steps);
  }

  /** A fresh build; the ledger gives it its rank. */
  public static Build of(BuildId id, Order order) {
    return new Build(
        id,
        0,
        1,
        order,
        BuildState.QUEUED,
        null,
        "Waits for its turn.",
        Found.NOTHING,
        null,
        List.of(),
        null);
  }

  /** The same with the rank that the ledger gave it. */
  public Build ranked(long given) {
    return new Build(
        id, given, version, order, state, outcome, sentence, found, stop, steps, finishedAt);
  }

  /** When the present step began; the submission while there is none. */
  public Instant stepStart() {
    return steps.isEmpty() ? order.createdAt() : steps.getLast().start();
  }

  Build next() {
    return new Build(
        id, rank, version + 1, order, state, outcome, sentence, found, stop, steps, finishedAt);
  }

  Build saying(String now) {
    return new Build(id, rank, version, order, state, outcome, now, found, stop, steps, finishedAt);
  }

  Build with(Found now) {
    return new Build(id, rank, version, order, state, outcome, sentence, now, stop, steps, null);
  }

  Build stopping(Stop given) {
    return new Build(id, rank, version, order, state, outcome, sentence, found, given, steps, null);
  }

  /** Ends the running step well and begins that state's. */
  Build enter(BuildState next, String stepSaid, String saying, Instant now) {
    List<Step> all = ended("succeeded", stepSaid, now);
    all.add(new Step(next.step(), now, null, Step.RUNNING, saying));
    return new Build(id, rank, version, order, next, null, saying, found, stop, all, null);
  }

  /** Takes back the step that has only just begun: nothing was done in it. */
  Build holdBack(String saying, Instant now) {
    List<Step> all = new ArrayList<>(steps);
    if (!all.isEmpty() && all.getLast().end() == null) {
      all.removeLast();
    }
    all.add(new Step(BuildState.HELD.step(), now, null, Step.RUNNING, saying));
    return new Build(
        id, rank, version, order, BuildState.HELD, null, saying, found, stop, all, null);
  }

  Build finish(Outcome how, String saying, Instant now) {
    List<Step> all = ended(how.word(), saying, now);
    return new Build(
        id, rank, version, order, BuildState.FINISHED, how, saying, found, stop, all, now);
  }

  private List<Step> ended(String result, String said, Instant now) {
    List<Step> all = new ArrayList<>(steps);
    if (!all.isEmpty() && all.getLast().end() == null) {
      all.set(all.size() - 1, all.getLast().ended(result, said, now));
    }
    return all;
  }
}
