package org.newci.controller.show;

import io.javalin.http.Context;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.newci.contracts.controller.BuildSummary;
import org.newci.contracts.controller.StatusView;
import org.newci.contracts.controller.StopView;
import org.newci.controller.registry.LiveRegistry;
import org.newci.controller.registry.Person;
import org.newci.controller.registry.ProjectName;
import org.newci.controller.registry.Registry;
import org.newci.shell.edge.BearerGate;
import org.newci.shell.json.Json;
import org.newci.shell.problem.Problem;

/** {@code GET /status}: every build that the caller may see, in exactly one of three lists. */
public final class StatusRoute {

  /** Finished builds that are shown to who does not say how many. */
  private static final int STANDARD = 1_000;

  private static final int MOST = 100_000;

  private final History history;
  private final LiveRegistry live;
  private final Supplier<List<StopView>> stops;

  public StatusRoute(History history, LiveRegistry live, Supplier<List<StopView>> stops) {
    this.history = history;
    this.live = live;
    this.stops = stops;
  }

  /** All builds at one moment. */
  public void status(Context ctx) {
    Person person = Person.of(BearerGate.caller(ctx));
    Registry registry = live.get();
    Map<String, Boolean> seen = new HashMap<>();
    Map<String, BuildSummary> builds = new LinkedHashMap<>();
    List<String> queued = new ArrayList<>();
    List<String> building = new ArrayList<>();
    List<String> finished = new ArrayList<>();
    History.Overview overview =
        history.overview(
            wanted(ctx), repo -> seen.computeIfAbsent(repo, url -> registry.mayRead(url, person)));
    for (History.Line line : overview.lines()) {
      builds.put(line.id(), line.summary());
      List<String> list =
          switch (line.state()) {
            case QUEUED -> queued;
            case FINISHED -> finished;
            case MIRRORING, BUILDING, COLLECTING, HELD, DEPLOYING -> building;
          };
      list.add(line.id());
    }
    String problem = registry.isOperator(person) ? live.problem() : null;
    StatusView.Totals totals =
        new StatusView.Totals(queued.size(), building.size(), overview.finished());
    answer(
        ctx,
        Json.write(
            new StatusView(builds, queued, building, finished, totals, stops.get(), problem)));
  }

  /** Who has it already is told so: what is the same has the same tag. */
  private static void answer(Context ctx, String body) {
    String tag = "\"" + ProjectName.sha256(body) + "\"";
    ctx.header("ETag", tag).header("Cache-Control", "private, no-cache");
    if (tag.equals(ctx.header("If-None-Match"))) {
      ctx.status(304);
    } else {
      ctx.contentType("application/json").result(body);
    }
  }

  private static History.Wanted wanted(Context ctx) {
    String number = ctx.queryParam("finished");
    String since = ctx.queryParam("since");
    if (number != null && (!number.matches("\\d{1,6}") || Integer.parseInt(number) > MOST)) {
      throw Problem.badRequest(
          "The parameter 'finished' is '%s' (expected a number of builds, at most %d)."
              .formatted(shown(number), MOST));
    }
    try {
      return new History.Wanted(
          number == null ? STANDARD : Integer.parseInt(number),
          since == null ? null : Instant.parse(since));
    } catch (DateTimeParseException e) {
      throw Problem.badRequest(
          "The parameter 'since' is '%s' (expected a time such as 2026-01-31T12:00:00Z)."
              .formatted(shown(String.valueOf(since))));
    }
  }

  private static String shown(String text) {
    return text.length() > 40 ? text.substring(0, 40) + "…" : text;
  }
}
