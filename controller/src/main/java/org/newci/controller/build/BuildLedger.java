package org.newci.controller.build;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where builds are kept. Whatever returns normally is on the disk. */
public interface BuildLedger {

  /** A build that holds its project, and what it wants done. */
  record Active(Build build, Set<Effect> wanted) {}

  /**
   * Lets a repeated submission be recognised.
   *
   * @param digest of the body, so that another body under the same key is noticed
   */
  record OnceKey(String subject, String key, String digest) {}

  /**
   * A build in the queue.
   *
   * @param since when it was asked for
   */
  record Waiting(
      BuildId id, long rank, String project, String submitter, Priority priority, Instant since) {

    /** That build, which is in the queue. */
    public static Waiting of(Build build) {
      Order order = build.order();
      return new Waiting(
          build.id(),
          build.rank(),
          order.project(),
          order.submitter(),
          order.priority(),
          order.createdAt());
    }
  }

  /**
   * A build that is under way and holds its project.
   *
   * @param since its start
   */
  record Busy(BuildId id, String project, String submitter, Instant since) {}

  /**
   * What turns are decided by.
   *
   * @param heads the first of each line: those of one project, submitter and priority
   * @param lastStarts of submitters who wait; who is not in it has had none for long
   * @param freeSince when the last build ended; null if none has
   */
  record Queue(
      List<Waiting> heads,
      List<Busy> busy,
      Map<String, Instant> lastStarts,
      @Nullable Instant freeSince) {}

  /** How {@link #add} went. */
  sealed interface Added {}

  /** It is the newest in the queue. */
  record Fresh(Build build) implements Added {}

  /** The same was added before, as that build. */
  record Known(BuildId id) implements Added {}

  /** The key was used for something else. */
  record KeyTaken() implements Added {}

  /** So many wait already that no more are taken. */
  record QueueFull(int waiting) implements Added {}

  /** Another repository has its GitLab project. */
  record ProjectTaken() implements Added {}

  /**
   * Adds a fresh build at the end of the queue, with its first event; gives its GitLab project to
   * its repository for ever, so that no project gets two.
   *
   * @param limit how many may wait
   */
  Added add(Build fresh, @Nullable OnceKey once, int limit);

  /** That build. */
  Optional<Build> find(BuildId id);

  /**
   * Keeps the next standing of a build, the event that led to it, and what is wanted now, all or
   * nothing. False if the kept version is not the one before: somebody else moved it first; or if
   * another controller was given the lease.
   *
   * @param under the lease of who tells it, if it is about an effect
   */
  boolean advance(Decision.Move move, BuildEvent event, Instant at, @Nullable Lease under);

  /** The same about something that is no effect. */
  default boolean advance(Decision.Move move, BuildEvent event, Instant at) {
    return advance(move, event, at, null);
  }

  /** True if nobody else was given that lease meanwhile. */
  boolean isHeld(Lease lease);

  /**
   * The queue and what is under way, at one moment.
   *
   * @param each of the heads of one submitter and priority only the oldest so many
   */
  Queue queue(int each);

  /** How many builds are under way. */
  int underWay();

  /** Builds in the queue of the same project and submitter that are to start before that one. */
  int ahead(Build build);

  /** Builds before that one in the queue, of the same repository and ref. */
  List<BuildId> olderInQueue(Build build);

  /** The newest build after that one in the queue, of the same repository and ref. */
  Optional<BuildId> newerInQueue(Build build);

  /** All that are neither queued, held nor finished, oldest first. */
  List<Active> active();

  /** Those whose deployment waits, in the order in which they are to be deployed. */
  List<Build> held();

  /** A number for a deployment, higher than any before. */
  long nextSequence();
}
