package org.newci.runner;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.Call;
import org.jspecify.annotations.Nullable;
import org.newci.runner.gitlab.JobPayload;
import org.newci.runner.gitlab.RunnerApi;
import org.newci.runner.job.JobRun;
import org.newci.runner.sandbox.Slot;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks GitLab for jobs as long as a slot is free, and runs each on a thread of its own. */
final class JobLoop {

  private static final Logger LOG = LoggerFactory.getLogger(JobLoop.class);

  /** gitlab-runner's check_interval, for servers that answer at once. */
  private static final Duration PAUSE = Duration.ofSeconds(3);

  /** An answer that took this long was held back by a server with long polling. */
  private static final Duration HELD = Duration.ofSeconds(1);

  private static final Duration REFUSED = Duration.ofSeconds(30);
  private static final Duration FIRST_RETRY = Duration.ofMillis(250);
  private static final Duration LAST_RETRY = Duration.ofSeconds(10);
  private static final int MOST_AT_ONCE = 3;

  private final JobRun.Place place;
  private final BlockingQueue<Slot> free = new LinkedBlockingQueue<>();
  private final Set<JobRun> running = ConcurrentHashMap.newKeySet();
  private final Set<Thread> jobThreads = ConcurrentHashMap.newKeySet();
  private final AtomicReference<Call> asking = new AtomicReference<>();
  private final CountDownLatch hurry = new CountDownLatch(1);
  private final Thread poller;
  private volatile boolean closed;
  private Duration retry = FIRST_RETRY;
  private int quickAnswers;

  JobLoop(JobRun.Place place, Iterable<Slot> slots) {
    this.place = place;
    slots.forEach(free::add);
    this.poller = Thread.ofPlatform().name("job-poller").unstarted(this::poll);
  }

  void start() {
    poller.start();
  }

  private void poll() {
    try {
      verify();
      while (!closed) {
        Slot slot = free.take();
        JobPayload job = ask();
        if (job == null) {
          free.add(slot);
        } else {
          begin(job, slot);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void verify() throws InterruptedException {
    while (!closed) {
      try {
        RunnerApi.Answer answer = place.api().verify();
        if (answer.status() == 200) {
          LOG.info("GitLab knows this runner; waiting for jobs.");
          retry = FIRST_RETRY;
          return;
        }
        if (RunnerApi.mayPass(answer.status())) {
          backOff("GitLab answers %d".formatted(answer.status()), answer.retryAfter());
        } else {
          refused(answer.status(), answer.message());
        }
      } catch (IOException e) {
        backOff("GitLab does not answer (%s)".formatted(e.getMessage()), Duration.ZERO);
      }
    }
  }

  /** Asks once, and waits as long as is polite when there is nothing. */
  private @Nullable JobPayload ask() throws InterruptedException {
    long asked = System.nanoTime();
    try {
      String known = place.api().lastUpdate();
      RunnerApi.Handed handed = place.api().requestJob(asking);
      if (handed.payload() != null) {
        retry = FIRST_RETRY;
        return handed.payload();
      }
      switch (handed.status()) {
        case 204 -> {
          retry = FIRST_RETRY;
          boolean held = System.nanoTime() - asked >= HELD.toNanos();
          nothing(held, !place.api().lastUpdate().equals(known));
        }
        case 409 -> Thread.sleep(FIRST_RETRY);
        case 401, 403, 404, 410, 422 -> refused(handed.status(), handed.message());
        default ->
            backOff(
                "GitLab answers %d to the question for jobs".formatted(handed.status()),
                handed.retryAfter());
      }
    } catch (IOException e) {
      if (!closed) {
        backOff("GitLab does not answer (%s)".formatted(e.getMessage()), Duration.ZERO);
      }
    }
    return null;
  }

  /**
   * No job. A server that held the question is asked again at once; so is one that only told us the
   * state of its queue, for it may hold the next question.
   */
  private void nothing(boolean held, boolean news) throws InterruptedException {
    quickAnswers = held ? 0 : quickAnswers + 1;
    if (held || (news && quickAnswers < MOST_AT_ONCE)) {
      return;
    }
    quickAnswers = 0;
    Thread.sleep(PAUSE);
  }

  private void refused(int status, String message) throws InterruptedException {
    LOG.error("GitLab refuses this runner ({} {}); its token may be wrong.", status, message);
    Thread.sleep(REFUSED);
  }

  private void backOff(String why, Duration atLeast) throws InterruptedException {
    if (closed) {
      return;
    }
    Duration wait = retry.compareTo(atLeast) > 0 ? retry : atLeast;
    LOG.warn("{}; once more in {} ms.", why, wait.toMillis());
    Thread.sleep(wait);
    Duration doubled = retry.multipliedBy(2);
    retry = doubled.compareTo(LAST_RETRY) > 0 ? LAST_RETRY : doubled;
  }

  private void begin(JobPayload job, Slot slot) {
    JobRun run = new JobRun(place, job, slot);
    running.add(run);
    Thread thread =
        Thread.ofPlatform().name("job-" + job.id()).unstarted(() -> runAndCleanUp(run, slot));
    jobThreads.add(thread);
    thread.start();
    if (closed) {
      run.shutDown();
    }
  }

  private void runAndCleanUp(JobRun run, Slot slot) {
    try {
      run.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      run.cleanUp();
      running.remove(run);
      jobThreads.remove(Thread.currentThread());
      free.add(slot);
    }
  }

  private void takeNoMore() {
    closed = true;
    Call call = asking.get();
    if (call != null) {
      call.cancel();
    }
    poller.interrupt();
  }

  /** Takes no more jobs and lets those that run end, not longer than that. */
  void drain(Duration limit) {
    takeNoMore();
    long end = System.nanoTime() + limit.toNanos();
    try {
      poller.join(Duration.ofSeconds(1));
      if (!jobThreads.isEmpty()) {
        LOG.info("{} jobs may end within {}.", jobThreads.size(), limit);
      }
      while (!jobThreads.isEmpty() && System.nanoTime() < end) {
        if (hurry.await(100, TimeUnit.MILLISECONDS)) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends a wait for jobs that may end by themselves. */
  void hurry() {
    hurry.countDown();
  }

  /** Takes no more jobs, ends those that run, and waits for their last words. */
  void close(Duration patience) {
    takeNoMore();
    long end = System.nanoTime() + patience.toNanos();
    try {
      poller.join(patience);
      running.forEach(JobRun::shutDown);
      for (Thread thread : jobThreads) {
        long left = Math.max(1, (end - System.nanoTime()) / 1_000_000);
        if (!thread.join(Duration.ofMillis(left))) {
          LOG.error("{} did not end in time.", thread.getName());
          thread.interrupt();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
