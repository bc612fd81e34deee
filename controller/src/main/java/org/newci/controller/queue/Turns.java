package org.newci.controller.queue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.newci.controller.build.BuildId;
import org.newci.controller.build.BuildLedger.Busy;
import org.newci.controller.build.BuildLedger.Queue;
import org.newci.controller.build.BuildLedger.Waiting;
import org.newci.controller.build.Condition;
import org.newci.controller.build.Limits;

/**
 * Whose turn it is. A line is what one submitter wants of one project; only its first may start. Of
 * those that may, the more urgent one does; of equally urgent ones that of the submitter with the
 * fewest builds under way; then that of the submitter whose last start is longest ago; then the one
 * that was asked for first. So 500 builds of one submitter do not hold up the one of another.
 */
public final class Turns {

  private final Limits limits;

  public Turns(Limits limits) {
    this.limits = limits;
  }

  /** How many builds may be under way. */
  int places() {
    return limits.concurrent();
  }

  /** What may start now, in that order. */
  public List<BuildId> next(Queue queue) {
    List<BuildId> all = new ArrayList<>();
    Round round = new Round(queue);
    List<Waiting> heads = queue.heads().stream().filter(round::mayStart).toList();
    while (round.hasPlace()) {
      Optional<Waiting> first = heads.stream().filter(round::mayStart).min(round.order());
      if (first.isEmpty()) {
        return all;
      }
      all.add(first.get().id());
      round.start(first.get());
    }
    return all;
  }

  /** What is under way, and what this look at the queue has started. */
  private final class Round {
    private final Set<String> projects = new HashSet<>();
    private final Map<String, Integer> submitters = new HashMap<>();
    private final Map<String, Instant> lastStarts;
    private int busy;

    Round(Queue queue) {
      this.lastStarts = new HashMap<>(queue.lastStarts());
      queue.busy().forEach(each -> add(each.project(), each.submitter()));
    }

    private void add(String project, String submitter) {
      projects.add(project);
      submitters.merge(submitter, 1, Integer::sum);
      busy++;
    }

    void start(Waiting build) {
      add(build.project(), build.submitter());
      lastStarts.put(build.submitter(), Instant.MAX);
    }

    boolean hasPlace() {
      return busy < limits.concurrent();
    }

    boolean isFree(String project) {
      return !projects.contains(project);
    }

    int underWay(String submitter) {
      return submitters.getOrDefault(submitter, 0);
    }

    boolean isBelowLimit(String submitter) {
      return underWay(submitter) < limits.perSubmitter();
    }

    boolean mayStart(Waiting build) {
      return isFree(build.project()) && isBelowLimit(build.submitter());
    }

    Comparator<Waiting> order() {
      return Comparator.comparing(Waiting::priority)
          .thenComparingInt((Waiting one) -> underWay(one.submitter()))
          .thenComparing((Waiting one) -> lastStarts.getOrDefault(one.submitter(), Instant.EPOCH))
          .thenComparingLong(Waiting::rank);
    }
  }

  /**
   * What it takes for that build to start, and what of it is so.
   *
   * @param ahead builds of its line that are before it
   */
  public List<Condition> conditions(Waiting build, int ahead, Queue queue) {
    List<Condition> all = new ArrayList<>();
    all.add(
        ahead == 0
            ? Condition.yes(
                "first-in-line", null, "None of its submitter's for this project is before it.")
            : Condition.no(
                "first-in-line",
                build.since(),
                "%s before it.".formatted(counted(ahead, "of its submitter's for this project"))));
    Round round = new Round(queue);
    all.add(project(build, round, queue));
    all.add(submitter(build, round, queue));
    all.add(place(build, round, queue));
    all.add(turn(build, round, queue));
    return all;
  }

  private static Condition project(Waiting build, Round round, Queue queue) {
    if (round.isFree(build.project())) {
      return Condition.yes(
          "project-free", queue.freeSince(), "No build of this repository is under way.");
    }
    List<Busy> holders =
        queue.busy().stream().filter(busy -> busy.project().equals(build.project())).toList();
    return Condition.no(
        "project-free",
        later(build.since(), newest(holders)),
        "Build %s of this repository is under way.".formatted(holders.getLast().id()));
  }

  private Condition submitter(Waiting build, Round round, Queue queue) {
    String counted = counted(round.underWay(build.submitter()), "of its submitter's");
    if (round.isBelowLimit(build.submitter())) {
      return Condition.yes(
          "submitter-below-limit",
          null,
          "%s under way, of %d at a time.".formatted(counted, limits.perSubmitter()));
    }
    List<Busy> own =
        queue.busy().stream().filter(busy -> busy.submitter().equals(build.submitter())).toList();
    return Condition.no(
        "submitter-below-limit",
        later(build.since(), newest(own)),
        "%s under way, which is the limit.".formatted(counted));
  }

  private Condition place(Waiting build, Round round, Queue queue) {
    String counted = counted(queue.busy().size(), "in all");
    return round.hasPlace()
        ? Condition.yes(
            "place-free",
            null,
            "%s under way, of %d at a time.".formatted(counted, limits.concurrent()))
        : Condition.no(
            "place-free",
            later(build.since(), newest(queue.busy())),
            "%s under way, which is the limit.".formatted(counted));
  }

  private static Condition turn(Waiting build, Round round, Queue queue) {
    Comparator<Waiting> order = round.order();
    long before =
        queue.heads().stream()
            .filter(round::mayStart)
            .filter(head -> order.compare(head, build) < 0)
            .count();
    return before == 0
        ? Condition.yes("turn-has-come", null, "It is before all others that may start.")
        : Condition.no(
            "turn-has-come",
            build.since(),
            "%s before it, by priority and then by fair share of submitters."
                .formatted(counted((int) before, "that may start")));
  }

  private static Instant newest(List<Busy> busy) {
    return busy.stream().map(Busy::since).max(Comparator.naturalOrder()).orElse(Instant.EPOCH);
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  private static String counted(int number, String which) {
    return switch (number) {
      case 0 -> "No build %s is".formatted(which);
      case 1 -> "One build %s is".formatted(which);
      default -> "%d builds %s are".formatted(number, which);
    };
  }
}
