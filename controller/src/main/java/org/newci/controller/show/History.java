package org.newci.controller.show;

import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.newci.contracts.controller.BuildSummary;
import org.newci.controller.build.Build;
import org.newci.controller.build.BuildEvent;
import org.newci.controller.build.BuildId;
import org.newci.controller.build.BuildState;

/** What has been, for readers. */
public interface History {

  /**
   * One build in the list of many.
   *
   * @param finishedAt long ago for one that is not
   */
  record Line(String id, long rank, BuildState state, Instant finishedAt, BuildSummary summary) {}

  /**
   * Which finished builds are asked for; all others always are.
   *
   * @param finished the newest so many
   * @param since only those that ended then or later; null for no such border
   */
  record Wanted(int finished, @Nullable Instant since) {}

  /**
   * Builds at one moment, in the order of submission.
   *
   * @param finished how many there are in all, shown or not
   */
  record Overview(List<Line> lines, long finished) {}

  /**
   * One event of a build, and how the build stood after it.
   *
   * @param seq counts the events of the build, from 1
   */
  record Happening(
      long seq,
      Instant at,
      BuildEvent event,
      BuildState state,
      @Nullable String outcome,
      String sentence) {}

  /** A build with all that happened to it. */
  record Whole(Build build, List<Happening> log) {}

  /** The builds of a higher rank with their logs, in order of rank, at most so many. */
  List<Whole> whole(long afterRank, int most);

  /** What that reader may see of what is wanted. */
  Overview overview(Wanted wanted, Predicate<String> readable);

  /** The events of that build with a higher number, in order, at most so many. */
  List<Happening> after(BuildId id, long seq, int most);
}
