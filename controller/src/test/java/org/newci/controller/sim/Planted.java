package org.newci.controller.sim;

/** A bug that can be switched on in a life, and the invariant that it breaks. */
enum Planted {
  /** A finished build can be ended again. */
  ENDS_AGAIN(Invariant.ENDS_ONCE),
  /** A controller that was started again does not look at the queue. */
  QUEUE_FORGOTTEN(Invariant.NOTHING_FORGOTTEN),
  /** No limit of time is ever over. */
  NO_DEADLINES(Invariant.ENDS_IN_TIME),
  /** The key of a submission is not looked at. */
  KEYS_IGNORED(Invariant.ACCEPTED_ONCE),
  /** The queue takes everything. */
  QUEUE_WITHOUT_END(Invariant.QUEUE_BOUNDED),
  /** The last of a line starts first. */
  LAST_FIRST(Invariant.ORDER_KEPT),
  /** Who had the last start is not remembered. */
  STARTS_FORGOTTEN(Invariant.FAIR_SHARE),
  /** What is under way is not seen. */
  BUSY_UNSEEN(Invariant.ONE_AT_A_TIME),
  /** The first pipeline of the project is taken, whosever it is. */
  ANY_PIPELINE(Invariant.COMMIT_PINNED),
  /** A failed pipeline is taken for a green one. */
  RED_IS_GREEN(Invariant.ONLY_GREEN),
  /** The newest bytes of the name are deployed. */
  NEWEST_BYTES(Invariant.BYTES_PINNED),
  /** The store tells what was uploaded, and lets more come. */
  UNSEALED(Invariant.BYTES_PINNED),
  /** Each try to deploy gets a number of its own. */
  NEW_SEQUENCE_EACH_TRY(Invariant.ONE_CHANGE),
  /** The target does not know what it serves. */
  TARGET_WITHOUT_RECORD(Invariant.NEVER_OLDER),
  /** The deploy worker is told the same fence by whoever asks. */
  SAME_FENCE_FOR_ALL(Invariant.LATE_REFUSED),
  /** The target does not look at fences. */
  TARGET_WITHOUT_FENCE(Invariant.LATE_REFUSED),
  /** Neither the gate nor the ledger sees stops. */
  STOPS_UNSEEN(Invariant.STOP_HOLDS),
  /** Only the gate looks at stops: one that another controller is told of right then is missed. */
  STOPS_SEEN_ONCE(Invariant.STOP_HOLDS),
  /** That GitLab was asked to end a pipeline is written down, and it is not asked. */
  NOT_CANCELLED(Invariant.PIPELINE_CANCELLED),
  /** A failed deployment is reported as done. */
  FAILURE_TOLD_AS_SUCCESS(Invariant.SENTENCE_TRUE),
  /** The event that is written is not the one that was decided by. */
  WRONG_EVENT_KEPT(Invariant.REPLAYABLE);

  private final Invariant breaks;

  Planted(Invariant breaks) {
    this.breaks = breaks;
  }

  Invariant breaks() {
    return breaks;
  }
}
