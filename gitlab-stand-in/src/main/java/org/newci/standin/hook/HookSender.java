package org.newci.standin.hook;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.newci.shell.peer.Peer;
import org.newci.shell.peer.TrustedCa;
import org.newci.standin.database.Database;
import org.newci.standin.pipeline.Predefined;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends webhooks: each hook gets its events in order, no hook waits for another, and what was not
 * taken is not sent again (docs: user/project/integrations/webhooks).
 */
public final class HookSender implements AutoCloseable {

  /** GitLab's patience with a receiver. */
  public static final Duration TIMEOUT = Duration.ofSeconds(10);

  private static final int MOST_WAITING = 1000;
  private static final MediaType JSON = MediaType.get("application/json");
  private static final Logger LOG = LoggerFactory.getLogger(HookSender.class);

  private final OkHttpClient http;
  private final Database database;
  private final Clock clock;
  private final URI base;
  private final HookFaults faults;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Long, Deque<Delivery>> lanes = new HashMap<>();
  private boolean closed;

  /** Where events may go, whom to believe there, and what goes wrong on purpose. */
  public record Way(HookTarget target, @Nullable TrustedCa ca, HookFaults faults) {}

  public HookSender(Database database, Clock clock, URI base, Way way) {
    this.database = database;
    this.clock = clock;
    this.base = base;
    this.faults = way.faults();
    this.http =
        Peer.client(way.ca())
            .newBuilder()
            .followRedirects(false)
            .dns(way.target())
            .callTimeout(TIMEOUT)
            .build();
  }

  /** One event for one hook. */
  record Delivery(Hook hook, String event, String body) {}

  /** Sends it as soon as the hook's former ones are through; does not wait. */
  void send(Delivery delivery) {
    lock.lock();
    try {
      Deque<Delivery> lane = lanes.get(delivery.hook().id());
      if (closed) {
        return;
      }
      if (lane == null) {
        Deque<Delivery> fresh = new ArrayDeque<>();
        lanes.put(delivery.hook().id(), fresh);
        Thread.ofVirtual().name("hook-" + delivery.hook().id()).start(() -> drain(delivery, fresh));
      } else if (lane.size() < MOST_WAITING) {
        lane.add(delivery);
      } else {
        LOG.warn("{} is too slow: an event is dropped", delivery.hook());
      }
    } finally {
      lock.unlock();
    }
  }

  private void drain(Delivery first, Deque<Delivery> lane) {
    Delivery next = first;
    while (next != null) {
      meet(next, faults.next());
      lock.lock();
      try {
        next = lane.poll();
        if (next == null) {
          lanes.remove(first.hook().id());
        }
      } finally {
        lock.unlock();
      }
    }
  }

  /** Sends it as its fate will have it. */
  private void meet(Delivery delivery, HookFaults.Fate fate) {
    if (fate.lost()) {
      return;
    }
    pause(fate.delay());
    if (fate.late().isZero()) {
      deliver(delivery, fate.twice());
    } else {
      Thread.ofVirtual()
          .name("late-hook-" + delivery.hook().id())
          .start(
              () -> {
                pause(fate.late());
                deliver(delivery, fate.twice());
              });
    }
  }

  private static void pause(Duration time) {
    if (!time.isZero()) {
      try {
        Thread.sleep(time);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void deliver(Delivery delivery, boolean twice) {
    Optional<Hook> hook =
        database
            .read(handle -> Hook.byId(handle, delivery.hook().projectId(), delivery.hook().id()))
            .filter(found -> found.health().isExecutable(clock.instant()));
    if (hook.isEmpty()) {
      LOG.debug("{} is gone or disabled: an event is not sent", delivery.hook());
      return;
    }
    Request request = request(hook.get(), delivery);
    boolean taken = attempt(hook.get(), request);
    if (twice) {
      attempt(hook.get(), request);
    }
    HookHealth before = hook.get().health();
    HookHealth after = before.after(taken, clock.instant());
    if (!after.equals(before)) {
      database.write(
          handle -> {
            Hook.health(handle, hook.get().id(), after);
            return after;
          });
    }
  }

  private boolean attempt(Hook hook, Request request) {
    String event = String.valueOf(request.header("X-Gitlab-Event"));
    try (Response response = http.newCall(request).execute()) {
      if (response.code() >= 400) {
        LOG.warn("{}: {} was answered by {}", hook, event, response.code());
      }
      return response.code() < 400;
    } catch (IOException | RuntimeException e) {
      LOG.warn("{}: {} was not delivered: {}", hook, event, e.toString());
      return false;
    }
  }

  private Request request(Hook hook, Delivery delivery) {
    String key = UUID.randomUUID().toString();
    Request.Builder request =
        new Request.Builder()
            .url(hook.url())
            .header("User-Agent", "GitLab/" + Predefined.VERSION)
            .header("X-Gitlab-Event", delivery.event())
            .header("X-Gitlab-Webhook-UUID", UUID.randomUUID().toString())
            .header("X-Gitlab-Instance", base.toString())
            .header("X-Gitlab-Event-UUID", UUID.randomUUID().toString())
            .header("Idempotency-Key", key)
            .post(RequestBody.create(delivery.body().getBytes(StandardCharsets.UTF_8), JSON));
    String token = hook.token();
    if (token != null) {
      request.header("X-Gitlab-Token", token);
    }
    SigningToken signing = hook.signingToken();
    if (signing != null) {
      long seconds = clock.instant().getEpochSecond();
      request
          .header("webhook-id", key)
          .header("webhook-timestamp", String.valueOf(seconds))
          .header("webhook-signature", signing.sign(key, seconds, delivery.body()));
    }
    return request.build();
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      lanes.values().forEach(Deque::clear);
    } finally {
      lock.unlock();
    }
    http.dispatcher().cancelAll();
    http.connectionPool().evictAll();
  }
}
