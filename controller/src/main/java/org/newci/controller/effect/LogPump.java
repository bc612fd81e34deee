package org.newci.controller.effect;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.newci.contracts.vcs.PipelineView;
import org.newci.controller.build.BuildId;
import org.newci.shell.peer.PeerFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies the logs of a pipeline's jobs into the one log of the build in the store, while they grow.
 * Jobs come in the order of their start, one after the other. It remembers nothing: after a restart
 * the text is made anew from its beginning, and the store skips what it has already.
 */
final class LogPump implements AutoCloseable {

  /** How far behind the log may be. */
  private static final Duration EVERY = Duration.ofMillis(800);

  private static final Set<String> OVER = Set.of("success", "failed", "canceled", "skipped");
  private static final Logger LOG = LoggerFactory.getLogger(LogPump.class);

  private final Vcs vcs;
  private final Outside.Logs store;
  private final BuildId build;
  private final long project;
  private final Stage.Signal wakes;
  private final Stage.Signal finished;
  private final Stage.Act act;
  private volatile List<PipelineView.Job> jobs = List.of();
  private volatile boolean last;

  private final List<Long> order = new ArrayList<>();
  private int turn;
  private @Nullable LogText text;
  private long taken;
  private long stored;
  private final long most;
  private boolean full;
  private final ByteArrayOutputStream unsent = new ByteArrayOutputStream();

  /**
   * Whose log it is.
   *
   * @param most bytes of the log that are kept
   */
  record Subject(BuildId build, long project, long most) {}

  LogPump(Vcs vcs, Outside.Logs store, Subject subject, Stage stage) {
    this.most = subject.most();
    this.vcs = vcs;
    this.store = store;
    this.build = subject.build();
    this.project = subject.project();
    this.wakes = stage.signal();
    this.finished = stage.signal();
    this.act = stage.act("log " + build, this::loop);
    act.start();
  }

  /** The jobs as they stand now. */
  void follow(List<PipelineView.Job> now) {
    boolean news = now.size() != jobs.size() || jobs.isEmpty();
    jobs = List.copyOf(now);
    if (news) {
      wakes.ring();
    }
  }

  /** The jobs will write no more; waits until all is copied, but no longer than that. */
  void finish(List<PipelineView.Job> now, Duration most) throws InterruptedException {
    jobs = List.copyOf(now);
    last = true;
    wakes.ring();
    if (!finished.await(most)) {
      LOG.warn("the log of build {} is not whole after {} s", build, most.toSeconds());
    }
  }

  @Override
  public void close() {
    act.interrupt();
  }

  private void loop() {
    try {
      while (!pass()) {
        boolean _ = wakes.await(EVERY);
      }
    } catch (InterruptedException e) {
      LOG.debug("the log of build {} is followed no more", build);
    } catch (RuntimeException e) {
      LOG.error("the log of build {} cannot be followed", build, e);
    } finally {
      finished.ring();
    }
  }

  /** Copies what there is; true when nothing more can come. */
  private boolean pass() {
    boolean wasLast = last;
    List<PipelineView.Job> now = jobs;
    try {
      send();
      now.stream()
          .filter(job -> job.startedAt() != null && !order.contains(job.id()))
          .sorted(
              Comparator.comparing((PipelineView.Job job) -> String.valueOf(job.startedAt()))
                  .thenComparing(PipelineView.Job::id))
          .forEach(job -> order.add(job.id()));
      while (turn < order.size() && copy(job(now, order.get(turn)))) {
        turn++;
        text = null;
      }
      return wasLast && turn >= order.size();
    } catch (PeerFailure e) {
      if (e instanceof PeerFailure.Refused refused && refused.status() < 500) {
        LOG.info("the log of build {} ends here: {}", build, e.getMessage());
        return true;
      }
      LOG.info("the log of build {} has to wait: {}", build, e.getMessage());
      return false;
    }
  }

  private static PipelineView.@Nullable Job job(List<PipelineView.Job> jobs, long id) {
    return jobs.stream().filter(job -> job.id() == id).findFirst().orElse(null);
  }

  /** Copies what is new in that job's log; true when the job is over and all of it copied. */
  private boolean copy(PipelineView.@Nullable Job job) throws PeerFailure {
    if (job == null) {
      return true;
    }
    boolean over = OVER.contains(job.status());
    if (text == null) {
      text = new LogText();
      taken = 0;
      append(
          "=== job %s (stage %s) ===\n"
              .formatted(job.name(), job.stage())
              .getBytes(StandardCharsets.UTF_8));
    }
    byte[] piece;
    do {
      piece = vcs.log(project, job.id(), taken);
      taken += piece.length;
      append(text.feed(piece));
    } while (piece.length == Vcs.PIECE);
    if (over) {
      append(text.end());
    }
    return over;
  }

  private void append(byte[] bytes) throws PeerFailure {
    long room = most - stored - unsent.size();
    if (full || bytes.length <= room) {
      unsent.writeBytes(full ? new byte[0] : bytes);
    } else {
      full = true;
      unsent.write(bytes, 0, (int) Math.max(0, room));
      unsent.writeBytes(
          "\n[The log ends here: the registry lets this project have %d bytes.]\n"
              .formatted(most)
              .getBytes(StandardCharsets.UTF_8));
    }
    send();
  }

  /** What cannot be stored now stays, and nothing more is read before it is. */
  private void send() throws PeerFailure {
    if (unsent.size() > 0) {
      store.append(build, stored, unsent.toByteArray());
      stored += unsent.size();
      unsent.reset();
    }
  }
}
