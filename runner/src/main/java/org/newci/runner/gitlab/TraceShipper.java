package org.newci.runner.gitlab;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import org.newci.runner.gitlab.RunnerApi.JobAnswer;
import org.newci.runner.gitlab.RunnerApi.JobUpdate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the log of one job while it grows, hears from the answers that the job is no longer wanted,
 * and sends the result at the end. {@link #run} belongs on a thread of its own.
 */
public final class TraceShipper implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(TraceShipper.class);

  /** GitLab takes at most this many bytes at once. */
  private static final int LARGEST_PATCH = 1 << 20;

  /** The first output goes out after this, so that a reader sees the job start. */
  private static final Duration FIRST = Duration.ofMillis(150);

  /** A job that prints nothing says this often that it lives, when nobody watches. */
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(30);

  private static final int FINAL_TRIES = 10;

  private final RunnerApi api;
  private final JobPayload job;
  private final Trace trace;
  private final Consumer<String> unwanted;
  private Duration interval = Duration.ofSeconds(3);
  private long sent;
  private boolean gone;
  private boolean refused;

  /**
   * @param unwanted is told the job's status when GitLab no longer wants it to run
   */
  public TraceShipper(RunnerApi api, JobPayload job, Trace trace, Consumer<String> unwanted) {
    this.api = api;
    this.job = job;
    this.trace = trace;
    this.unwanted = unwanted;
  }

  /** Sends until the log has ended. */
  @Override
  public void run() {
    try {
      trace.awaitEnd(FIRST);
      long lastCall = System.nanoTime();
      while (!trace.ended() && !gone) {
        if (sent < trace.size()) {
          quietly(this::patch);
          lastCall = System.nanoTime();
        } else if (System.nanoTime() - lastCall >= keepAlive().toNanos()) {
          quietly(this::sayRunning);
          lastCall = System.nanoTime();
        }
        if (!gone) {
          trace.awaitEnd(interval);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * After the log has ended and {@link #run} too: the rest of the log, then the result, each tried
   * again when the server has trouble.
   *
   * @param patience how long to go on trying
   */
  public void finish(String state, String reason, int exitCode, Duration patience)
      throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    JobUpdate update =
        new JobUpdate(
            state, reason.isEmpty() ? null : reason, exitCode, trace.crc32(), trace.size());
    Duration wait = Duration.ofSeconds(1);
    for (int tries = 1; !gone && tries <= FINAL_TRIES; tries++) {
      String why;
      try {
        while (!gone && sent < trace.size()) {
          patch();
        }
        JobAnswer answer = gone ? null : api.updateJob(job, update);
        if (answer == null || settled(answer)) {
          return;
        }
        why = "the answer was " + answer.status();
        wait =
            answer.status() == 202 || answer.status() == 412
                ? answer.interval()
                : longer(wait, answer.retryAfter());
      } catch (IOException e) {
        why = String.valueOf(e.getMessage());
        wait = refused ? longer(wait, interval) : wait;
      }
      LOG.warn("Job {}: its end is not taken yet ({}), try {}.", job.id(), why, tries);
      if (System.nanoTime() + wait.toNanos() > end) {
        break;
      }
      Thread.sleep(wait);
      wait =
          wait.multipliedBy(2).compareTo(Duration.ofMinutes(1)) > 0
              ? Duration.ofMinutes(1)
              : wait.multipliedBy(2);
    }
    if (!gone) {
      LOG.error("Job {}: GitLab did not take its end; it will time out there.", job.id());
    }
  }

  /** True when nothing more has to be said. */
  private boolean settled(JobAnswer answer) {
    return switch (answer.status()) {
      case 200 -> true;
      case 202, 409 -> false;
      case 412 -> {
        sent = 0;
        yield false;
      }
      default -> {
        if (RunnerApi.mayPass(answer.status())) {
          yield false;
        }
        LOG.info("Job {}: GitLab answers {} to its end.", job.id(), answer.status());
        yield true;
      }
    };
  }

  private interface Exchange {
    void run() throws IOException;
  }

  private void quietly(Exchange exchange) {
    try {
      exchange.run();
    } catch (IOException e) {
      LOG.warn("Job {}: its log cannot be sent now ({}).", job.id(), e.getMessage());
    }
  }

  private void patch() throws IOException {
    byte[] piece = trace.slice(sent, LARGEST_PATCH);
    JobAnswer answer = api.patchTrace(job, sent, piece);
    interval = longer(answer.interval(), answer.retryAfter());
    if (answer.status() == 202) {
      sent = answer.stored() >= 0 ? Math.min(answer.stored(), trace.size()) : sent + piece.length;
    } else if (answer.status() == 416 && answer.stored() >= 0) {
      sent = Math.min(answer.stored(), trace.size());
    } else if (answer.status() == 403 || answer.status() == 404) {
      stop("refused with " + answer.status());
      return;
    } else {
      refused = true;
      throw new IOException("the answer was " + answer.status());
    }
    refused = false;
    heed(answer);
  }

  private void sayRunning() throws IOException {
    JobAnswer answer =
        api.updateJob(job, new JobUpdate("running", null, 0, trace.crc32(), trace.size()));
    interval = longer(answer.interval(), answer.retryAfter());
    if (answer.status() == 403 || answer.status() == 404) {
      stop("refused with " + answer.status());
    } else {
      heed(answer);
    }
  }

  private void heed(JobAnswer answer) {
    switch (answer.jobStatus()) {
      case "canceled", "failed" -> stop(answer.jobStatus());
      // GitLab waits for the runner's last word.
      case "canceling" -> unwanted.accept("canceling");
      default -> {}
    }
  }

  private void stop(String why) {
    gone = true;
    unwanted.accept(why);
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) >= 0 ? one : other;
  }

  private Duration keepAlive() {
    return interval.compareTo(Duration.ofSeconds(3)) <= 0 ? interval : KEEP_ALIVE;
  }
}
