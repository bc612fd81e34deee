package org.newci.standin.pipeline;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.newci.standin.database.Database;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends jobs whose runners have forgotten them. */
public final class JobWatch implements AutoCloseable {

  /** A runner that is silent for longer than that has lost its job. */
  public static final Duration SILENCE = Duration.ofSeconds(150);

  /** A runner gets so much longer than the job's timeout to say that it ended. */
  public static final Duration GRACE = Duration.ofSeconds(30);

  /** A job that no runner takes for so long fails. */
  public static final Duration LONGEST_WAIT = Duration.ofHours(24);

  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final Logger LOG = LoggerFactory.getLogger(JobWatch.class);

  private final Database database;
  private final Changes changes;
  private final JobFiles files;
  private final Clock clock;
  private final Thread thread;

  public JobWatch(Database database, Changes changes, JobFiles files, Clock clock) {
    this.database = database;
    this.changes = changes;
    this.files = files;
    this.clock = clock;
    this.thread = Thread.ofVirtual().name("job-watch").unstarted(this::watch);
  }

  /**
   * Looks after the jobs from now on. While this server was away runners could not be heard: those
   * that have jobs get their time anew.
   */
  public JobWatch start() {
    changes.run(
        change -> {
          JobStore.withRunner(change.handle())
              .forEach(job -> JobStore.heard(change.handle(), job.id(), change.now()));
          return change;
        });
    thread.start();
    return this;
  }

  private void watch() {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        Thread.sleep(EVERY);
        look();
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        LOG.error("the watch over the jobs failed; it goes on", e);
      }
    }
  }

  /** Looks at all jobs once. */
  void look() {
    Instant now = clock.instant();
    wake(now);
    expire(now);
    List<Job> late =
        database.read(
            handle ->
                Stream.concat(
                        JobStore.withRunner(handle).stream(),
                        JobStore.waitingSince(handle, now.minus(LONGEST_WAIT)).stream())
                    .filter(job -> overdue(job, now).isPresent())
                    .toList());
    for (Job seen : late) {
      changes.run(
          change -> {
            JobStore.byId(change.handle(), seen.id())
                .ifPresent(
                    job ->
                        overdue(job, change.now())
                            .ifPresent(reason -> change.end(lost(job, reason, change.now()))));
            return change;
          });
    }
  }

  /** Lets delayed jobs begin whose time has come. */
  private void wake(Instant now) {
    for (Job seen : database.read(handle -> JobStore.due(handle, now))) {
      changes.run(
          change -> {
            JobStore.byId(change.handle(), seen.id())
                .filter(job -> job.state() == JobState.SCHEDULED)
                .ifPresent(
                    job -> {
                      change.enqueue(job);
                      change.settle(job.pipelineId());
                    });
            return change;
          });
    }
  }

  /** Removes artifacts that have had their time. */
  private void expire(Instant now) {
    for (Job job : database.read(handle -> JobStore.expired(handle, now))) {
      changes.run(
          change -> {
            JobStore.left(
                change.handle(),
                job.id(),
                new Job.Left(List.of(), List.of(), job.left().expireAt(), job.left().erasedAt()));
            return change;
          });
      files.dropArtifacts(job);
    }
  }

  private static Optional<String> overdue(Job job, Instant now) {
    if (job.state() == JobState.PENDING) {
      Instant queued = job.times().queued();
      return queued != null && queued.plus(LONGEST_WAIT).isBefore(now)
          ? Optional.of("stuck_or_timeout_failure")
          : Optional.empty();
    }
    if (!job.state().isWithRunner()) {
      return Optional.empty();
    }
    Instant started = job.times().started();
    Instant heard = job.times().heard();
    Duration most = Duration.ofSeconds(job.timeout()).plus(GRACE);
    if (started != null && started.plus(most).isBefore(now)) {
      return Optional.of("stuck_or_timeout_failure");
    }
    return heard != null && heard.plus(SILENCE).isBefore(now)
        ? Optional.of("runner_system_failure")
        : Optional.empty();
  }

  private static Job lost(Job job, String reason, Instant now) {
    return job.state() == JobState.CANCELING
        ? job.over(JobState.CANCELED, null, null, now)
        : job.over(JobState.FAILED, reason, null, now);
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
