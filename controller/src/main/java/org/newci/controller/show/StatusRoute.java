package org.newci.controller.show;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.newci.contracts.controller.StatusView;
import org.newci.contracts.controller.StopView;
import org.newci.controller.registry.LiveRegistry;
import org.newci.controller.registry.Person;
import org.newci.controller.registry.Registry;
import org.newci.shell.edge.BearerGate;
import org.newci.shell.json.Json;
import org.newci.shell.problem.Problem;

/** {@code GET /status}: every build that the caller may see, in exactly one of three lists. */
public final class StatusRoute {

  /** Finished builds that are shown to who does not say how many. */
  private static final int STANDARD = 1_000;

  /** Of the queued ones as many are shown to who does not say, and never more of either. */
  private static final int MOST = 100_000;

  /**
   * Requests that ask the database at a time: with more, each would take longer and hold memory.
   */
  private static final int AT_ONCE = 2;

  /** Whoever has not had a turn by then is refused. */
  private static final Duration TURN = Duration.ofSeconds(10);

  private final Semaphore assembling = new Semaphore(AT_ONCE);
  private final StatusAnswers answers = new StatusAnswers();
  private final History history;
  private final LiveRegistry live;
  private final Supplier<List<StopView>> stops;

  public StatusRoute(History history, LiveRegistry live, Supplier<List<StopView>> stops) {
    this.history = history;
    this.live = live;
    this.stops = stops;
  }

  /** All builds at one moment. */
  public void status(Context ctx) throws IOException {
    Person person = Person.of(BearerGate.caller(ctx));
    Registry registry = live.get();
    History.Wanted wanted = wanted(ctx, registry.mayReadAll(person));
    takeTurn();
    StatusAnswers.Answer answer;
    try {
      answer = current(wanted, registry, person);
    } finally {
      assembling.release();
    }
    answer(ctx, answer);
  }

  private StatusAnswers.Key key(History.Wanted wanted, Registry registry, Person person) {
    return new StatusAnswers.Key(
        history.state(),
        wanted,
        registry,
        wanted.all() ? null : person,
        registry.isOperator(person) ? live.problem() : null,
        stops.get());
  }

  /** The one before may have asked the same question, and nothing has changed since. */
  private StatusAnswers.Answer current(History.Wanted wanted, Registry registry, Person person)
      throws IOException {
    StatusAnswers.Key key = key(wanted, registry, person);
    StatusAnswers.Answer known = answers.find(key);
    if (known != null) {
      return known;
    }
    StatusAnswers.Answer made = new StatusAnswers.Answer(body(key, person));
    answers.keep(key, made);
    return made;
  }

  /** While the database hangs, so do those who are put together: nobody waits for them for ever. */
  private void takeTurn() {
    try {
      if (assembling.tryAcquire(TURN.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new Problem(
        503,
        "busy",
        "Others who ask for the status took all of the %d s that this request had."
            .formatted(TURN.toSeconds()));
  }

  /** A {@code StatusView}, written while it is read: there may be many builds. */
  private byte[] body(StatusAnswers.Key key, Person person) throws IOException {
    History.Wanted wanted = key.wanted();
    Registry registry = key.registry();
    Map<String, Boolean> seen = new HashMap<>();
    Lists lists = new Lists();
    try (ByteArrayBuilder bytes = new ByteArrayBuilder();
        JsonGenerator json = Json.lenient().createGenerator(bytes)) {
      json.writeStartObject();
      json.writeObjectFieldStart("builds");
      History.Totals totals =
          history.overview(
              wanted,
              repo ->
                  wanted.all() || seen.computeIfAbsent(repo, url -> registry.mayRead(url, person)),
              line -> {
                write(json, line);
                lists.add(line);
              });
      json.writeEndObject();
      lists.write(json);
      json.writeObjectField(
          "totals",
          new StatusView.Totals(totals.queued(), lists.building.size(), totals.finished()));
      json.writeObjectField("stops", key.stops());
      if (key.problem() != null) {
        json.writeStringField("registry_problem", key.problem());
      }
      json.writeEndObject();
      json.flush();
      return bytes.toByteArray();
    }
  }

  /** A {@code BuildSummary} under its id. */
  private static void write(JsonGenerator json, History.Line line) {
    try {
      json.writeFieldName(line.id());
      json.writeRawValue(line.summary());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The ids, each in one list. */
  private static final class Lists {
    private record Finished(long rank, String id) {}

    private final List<String> queued = new ArrayList<>();
    private final List<String> building = new ArrayList<>();
    private final List<Finished> finished = new ArrayList<>();

    void add(History.Line line) {
      switch (line.state()) {
        case QUEUED -> queued.add(line.id());
        case FINISHED -> finished.add(new Finished(line.rank(), line.id()));
        case MIRRORING, BUILDING, COLLECTING, HELD, DEPLOYING -> building.add(line.id());
      }
    }

    void write(JsonGenerator json) throws IOException {
      finished.sort(Comparator.comparingLong(Finished::rank));
      write(json, "queued", queued);
      write(json, "building", building);
      write(json, "finished", finished.stream().map(Finished::id).toList());
    }

    private static void write(JsonGenerator json, String name, List<String> ids)
        throws IOException {
      json.writeArrayFieldStart(name);
      for (String id : ids) {
        json.writeString(id);
      }
      json.writeEndArray();
    }
  }

  /** Who has it already is told so: what is the same has the same tag. */
  private static void answer(Context ctx, StatusAnswers.Answer answer) {
    String tag = answer.tag();
    ctx.header("ETag", tag).header("Cache-Control", "private, no-cache");
    if (tag.equals(ctx.header("If-None-Match"))) {
      ctx.status(304);
    } else {
      ctx.contentType("application/json").result(answer.body());
    }
  }

  private static History.Wanted wanted(Context ctx, boolean all) {
    String since = ctx.queryParam("since");
    try {
      return new History.Wanted(
          number(ctx, "queued", MOST),
          number(ctx, "finished", STANDARD),
          since == null ? null : Instant.parse(since),
          all);
    } catch (DateTimeParseException e) {
      throw Problem.badRequest(
          "The parameter 'since' is '%s' (expected a time such as 2026-01-31T12:00:00Z)."
              .formatted(shown(String.valueOf(since))));
    }
  }

  private static int number(Context ctx, String name, int standard) {
    String number = ctx.queryParam(name);
    if (number == null) {
      return standard;
    }
    if (!number.matches("\\d{1,6}") || Integer.parseInt(number) > MOST) {
      throw Problem.badRequest(
          "The parameter '%s' is '%s' (expected a number of builds, at most %d)."
              .formatted(name, shown(number), MOST));
    }
    return Integer.parseInt(number);
  }

  private static String shown(String text) {
    return text.length() > 40 ? text.substring(0, 40) + "…" : text;
  }
}
