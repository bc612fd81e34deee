package org.newci.controller.show;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.newci.contracts.controller.BuildSummary;
import org.newci.controller.build.BuildEvent;
import org.newci.controller.build.BuildId;
import org.newci.controller.build.BuildState;

/** What has been, for readers. */
public interface History {

  /** One build in the list of all. */
  record Line(String id, BuildState state, BuildSummary summary) {}

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

  /** All builds at one moment, in the order of submission. */
  List<Line> lines();

  /** The events of that build with a higher number, in order, at most so many. */
  List<Happening> after(BuildId id, long seq, int most);
}
