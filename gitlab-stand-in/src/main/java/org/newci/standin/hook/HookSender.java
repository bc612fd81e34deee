package org.newci.standin.hook;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
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
  private final URI base;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Long, Deque<Delivery>> lanes = new HashMap<>();
  private boolean closed;

  public HookSender(URI base, HookTarget target, @Nullable TrustedCa ca) {
    this.base = base;
    this.http = Peer.client(ca).newBuilder().dns(target).callTimeout(TIMEOUT).build();
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
      deliver(next);
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

  private void deliver(Delivery delivery) {
    Hook hook = delivery.hook();
    try (Response response = http.newCall(request(delivery)).execute()) {
      if (response.code() >= 400) {
        LOG.warn("{}: {} was answered by {}", hook, delivery.event(), response.code());
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("{}: {} was not delivered: {}", hook, delivery.event(), e.toString());
    }
  }

  private Request request(Delivery delivery) {
    String key = UUID.randomUUID().toString();
    Request.Builder request =
        new Request.Builder()
            .url(delivery.hook().url())
            .header("User-Agent", "GitLab/" + Predefined.VERSION)
            .header("X-Gitlab-Event", delivery.event())
            .header("X-Gitlab-Webhook-UUID", UUID.randomUUID().toString())
            .header("X-Gitlab-Instance", base.toString())
            .header("X-Gitlab-Event-UUID", UUID.randomUUID().toString())
            .header("Idempotency-Key", key)
            .header("webhook-id", key)
            .post(RequestBody.create(delivery.body().getBytes(StandardCharsets.UTF_8), JSON));
    String token = delivery.hook().token();
    return (token == null ? request : request.header("X-Gitlab-Token", token)).build();
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
