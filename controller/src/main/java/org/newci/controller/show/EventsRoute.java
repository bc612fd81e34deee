package org.newci.controller.show;

import io.javalin.http.Context;
import jakarta.servlet.ServletOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.newci.controller.build.Build;
import org.newci.controller.build.BuildId;
import org.newci.controller.build.BuildLedger;
import org.newci.controller.build.BuildState;
import org.newci.shell.edge.BearerGate;
import org.newci.shell.json.Json;
import org.newci.shell.problem.Problem;

/**
 * {@code GET /builds/ID/events}: the events of a build as server-sent events (html.spec.whatwg.org,
 * server-sent events), also for a client that does not ask for that type by name. The id is the
 * number of the event, so that a reader who was cut off can go on.
 */
public final class EventsRoute {

  /** A comment keeps the connection open that often. */
  static final Duration HEARTBEAT = Duration.ofSeconds(10);

  private static final int PIECE = 500;

  private final PathBuild builds;
  private final BuildLedger ledger;
  private final History history;
  private final Bell bell;
  private final Clock clock;

  public EventsRoute(
      PathBuild builds, BuildLedger ledger, History history, Bell bell, Clock clock) {
    this.builds = builds;
    this.ledger = ledger;
    this.history = history;
    this.bell = bell;
    this.clock = clock;
  }

  /** Writes events until the build is over, the token ends or the reader goes. */
  public void events(Context ctx) throws IOException {
    Build build = builds.find(ctx);
    String accept = ctx.header("Accept");
    if (accept != null && !accept.contains("text/event-stream") && !accept.contains("*/*")) {
      throw new Problem(
          406,
          "not-acceptable",
          "The events are text/event-stream; the header Accept asks for '%s'.".formatted(accept));
    }
    long last = lastSeen(ctx.header("Last-Event-ID"));
    Instant expires = BearerGate.caller(ctx).expires();
    Bell.Ear ear = bell.listen(build.id());
    if (ear == null) {
      ctx.header("Retry-After", "10");
      throw new Problem(
          429, "too-many-readers", "%d readers follow builds already.".formatted(Bell.MOST));
    }
    try {
      ctx.res().setContentType("text/event-stream; charset=utf-8");
      ctx.res().setHeader("Cache-Control", "no-store");
      ctx.res().setHeader("X-Accel-Buffering", "no");
      follow(build.id(), last, ctx.res().getOutputStream(), ear, expires);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      bell.leave(ear);
    }
  }

  private void follow(BuildId id, long from, ServletOutputStream out, Bell.Ear ear, Instant expires)
      throws IOException, InterruptedException {
    long last = from;
    write(out, ": the events of build %s\n\n".formatted(id));
    while (clock.instant().isBefore(expires) && !bell.isClosed()) {
      List<History.Happening> news = history.after(id, last, PIECE);
      StringBuilder text = new StringBuilder();
      for (History.Happening happening : news) {
        text.append(event("step", happening));
        last = happening.seq();
      }
      if (!news.isEmpty()) {
        write(out, text.toString());
      }
      if (news.size() < PIECE && isOver(id)) {
        // What came between the two questions is read once more.
        List<History.Happening> all = history.after(id, 0, Integer.MAX_VALUE);
        History.Happening end = all.getLast();
        if (end.seq() <= last) {
          write(out, event("end", end));
          return;
        }
      } else if (news.size() < PIECE && !ear.await(HEARTBEAT)) {
        write(out, ": still here\n\n");
      }
    }
  }

  private boolean isOver(BuildId id) {
    return ledger.find(id).map(build -> build.state() == BuildState.FINISHED).orElse(true);
  }

  private static void write(ServletOutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  private static String event(String name, History.Happening happening) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("seq", happening.seq());
    data.put("at", happening.at());
    data.put("event", happening.event().kind().name().toLowerCase(Locale.ROOT));
    data.put("state", happening.state().word());
    if (happening.outcome() != null) {
      data.put("outcome", happening.outcome());
    }
    data.put("sentence", happening.sentence());
    return "event: %s\nid: %d\ndata: %s\n\n".formatted(name, happening.seq(), Json.write(data));
  }

  private static long lastSeen(@org.jspecify.annotations.Nullable String header) {
    return header != null && header.matches("\\d{1,15}") ? Long.parseLong(header) : 0;
  }
}
