package org.newci.controller.show;

import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.newci.controller.build.Build;
import org.newci.controller.build.BuildEvent;
import org.newci.controller.build.BuildId;
import org.newci.controller.build.BuildState;

/** What has been, for readers. */
public interface History {

  /**
   * One build in the list of many.
   *
   * @param summary a {@code BuildSummary} in JSON, made by the database: a queue may be long
   */
  record Line(String id, long rank, BuildState state, String repo, String summary) {}

  /**
   * Which queued and finished builds are asked for; all others always are.
   *
   * @param queued the first so many
   * @param finished the newest so many
   * @param since only those that ended then or later; null for no such border
   * @param all true for who may see all, whatever their repository
   */
  record Wanted(int queued, int finished, @Nullable Instant since, boolean all) {}

  /** How many the reader may see, told or not. */
  record Totals(long queued, long finished) {}

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

  /**
   * Tells what that reader may see of what is wanted, each build once: first those that are queued
   * and those that are under way, in the order of submission, then the finished ones, the newest
   * first.
   *
   * @param readable whether builds of the repository of that URL may be seen
   */
  Totals overview(Wanted wanted, Predicate<String> readable, Consumer<Line> each);

  /**
   * What stands for all that is told now: while it is the same, an {@link #overview} that was read
   * after it is too.
   */
  String state();

  /** The events of that build with a higher number, in order, at most so many. */
  List<Happening> after(BuildId id, long seq, int most);
}
