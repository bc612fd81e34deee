package org.newci.controller.upkeep;

import java.time.Instant;

/** Where old builds go: out of the way, and still there for who asks for one. */
public interface Archive {

  /** Moves builds that ended before that time, the oldest first; answers how many it moved. */
  int move(Instant before, int most);
}
