package org.newci.controller.build;

import java.util.Set;

/** What an event means for a build. */
public sealed interface Decision {

  /**
   * It moves.
   *
   * @param effects all that it wants done from now on; what is not among them is wanted no more
   */
  record Move(Build next, Set<Effect> effects) implements Decision {
    public Move {
      effects = Set.copyOf(effects);
    }
  }

  /** Nothing to be remembered. */
  record Stay(Build build) implements Decision {}

  /** Not possible as it stands; a sentence that says who received what while where. */
  record Illegal(String sentence) implements Decision {}
}
