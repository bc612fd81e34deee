package org.newci.deploy.ssh;

import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.newci.deploy.ssh.SshFailure.Kind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A few connections to the environment, kept open between deployments: connecting takes longer than
 * copying a small file. One that died meanwhile is replaced once, without anybody noticing.
 */
public final class SshConnections implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SshConnections.class);
  private static final int MOST = 4;

  /** Something done over a connection; may be done again from its start. */
  public interface Work<T> {
    T over(SshConnection connection) throws SshFailure;
  }

  /** What is done first over each new connection. */
  public interface Arrival {
    void at(SshConnection connection) throws SshFailure;
  }

  private final SshTarget target;
  private final SshIdentity identity;
  private final OwnNames ownNames;
  private final Arrival arrival;
  private final Semaphore free = new Semaphore(MOST, true);
  private final ConcurrentLinkedDeque<SshConnection> kept = new ConcurrentLinkedDeque<>();
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("deploy-deadlines").factory());

  public SshConnections(
      SshTarget target, SshIdentity identity, OwnNames ownNames, Arrival arrival) {
    this.target = target;
    this.identity = identity;
    this.ownNames = ownNames;
    this.arrival = arrival;
  }

  /** Where they lead. */
  public SshTarget target() {
    return target;
  }

  /** What is laid down over them is called so. */
  public OwnNames ownNames() {
    return ownNames;
  }

  /** Does that work over a connection of its own, within that time. */
  public <T> T with(Duration limit, Work<T> work) throws SshFailure {
    long end = System.nanoTime() + limit.toNanos();
    acquire(limit);
    try {
      for (SshConnection old = kept.pollFirst(); old != null; old = kept.pollFirst()) {
        if (!old.usable()) {
          old.cut();
          continue;
        }
        try {
          return run(old, end, work);
        } catch (SshFailure e) {
          if (e.kind() != Kind.CONNECTION_LOST) {
            throw e;
          }
          LOG.info("a kept connection to {} had died; connecting again", target.server());
          break;
        }
      }
      return run(null, end, work);
    } finally {
      free.release();
    }
  }

  private void acquire(Duration limit) throws SshFailure {
    try {
      if (free.tryAcquire(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new SshFailure(
        Kind.BUSY, "All %d connections to %s are busy.".formatted(MOST, target.server()), null);
  }

  private <T> T run(@Nullable SshConnection old, long end, Work<T> work) throws SshFailure {
    TimedSocket socket = old == null ? new TimedSocket(SshConnection.CONNECT) : old.socket();
    AtomicBoolean late = new AtomicBoolean();
    // Without its socket nothing waits on a connection any longer.
    ScheduledFuture<?> deadline =
        watch.schedule(
            () -> {
              late.set(true);
              socket.cut();
            },
            end - System.nanoTime(),
            TimeUnit.NANOSECONDS);
    SshConnection connection = old;
    try {
      connection = old == null ? fresh(socket) : old;
      return work.over(connection);
    } catch (SshFailure e) {
      throw late.get() ? tooLate(connection == null, e) : e;
    } finally {
      deadline.cancel(false);
      if (connection != null && connection.usable()) {
        kept.addFirst(connection);
      } else if (connection != null) {
        connection.cut();
      }
    }
  }

  private SshFailure tooLate(boolean connecting, SshFailure cause) {
    return connecting
        ? new SshFailure(
            Kind.TARGET_UNREACHABLE,
            "The SSH server %s did not answer in time.".formatted(target.server()),
            cause)
        : new SshFailure(
            Kind.DEPLOY_TIMEOUT,
            "The SSH server %s did not take the file in the time that a deployment may take."
                .formatted(target.server()),
            cause);
  }

  private SshConnection fresh(TimedSocket socket) throws SshFailure {
    SshConnection connection = SshConnection.open(target, identity, socket);
    try {
      arrival.at(connection);
    } catch (SshFailure e) {
      // Whoever cannot list or remove may still be able to publish.
      LOG.warn("what lies around on {} stays: {}", target.server(), e.getMessage());
    }
    return connection;
  }

  @Override
  public void close() {
    watch.shutdownNow();
    for (SshConnection open = kept.pollFirst(); open != null; open = kept.pollFirst()) {
      open.cut();
    }
  }
}
