package org.newci.controller.sim;

/** What holds in every life of the controllers, whatever goes wrong; docs/states.md lists them. */
public enum Invariant {
  ENDS_ONCE("Every accepted build ends exactly once, with an outcome and a sentence."),
  NOTHING_FORGOTTEN("Once faults are over, every accepted build ends."),
  ENDS_IN_TIME(
      "A build that has started ends within its limits by the controllers' own records, whatever"
          + " others answer or do not."),
  ACCEPTED_ONCE("A submission that is repeated under one key is one build."),
  QUEUE_BOUNDED("No more builds wait than the limit of the queue."),
  ORDER_KEPT(
      "Builds of one project, submitter and priority start in the order in which they were asked"
          + " for."),
  FAIR_SHARE(
      "No submitter's build that may start is passed over twice by builds of another who has as"
          + " many under way."),
  ONE_AT_A_TIME("Builds of one GitLab project never overlap before they are deployed."),
  COMMIT_PINNED("The pipeline that is followed is one of the commit that was pinned."),
  ONLY_GREEN("Nothing is deployed but by the finished green pipeline that was pinned for it."),
  BYTES_PINNED("What is deployed are the bytes that were collected from that pipeline."),
  ONE_CHANGE("A build changes a target at most once."),
  NEVER_OLDER("At a target an older deployment never replaces a newer one."),
  LATE_REFUSED(
      "Once a deployment was asked for at its target under a newer lease, the target refuses a"
          + " request for it under an older one."),
  STOP_HOLDS(
      "After a stop is answered no deployment is asked for until it is ended, but those that the"
          + " answer names."),
  PIPELINE_CANCELLED(
      "GitLab is asked to cancel the pipeline of a build that was cancelled or timed out, unless it"
          + " is over."),
  SENTENCE_TRUE("What is said to be served was deployed."),
  REPLAYABLE("Deciding a build's events anew gives the build that is kept.");

  private final String sentence;

  Invariant(String sentence) {
    this.sentence = sentence;
  }

  /** In words. */
  public String sentence() {
    return sentence;
  }
}
