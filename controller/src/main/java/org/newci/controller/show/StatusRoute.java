package org.newci.controller.show;

import io.javalin.http.Context;
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
import org.newci.controller.registry.Registry;
import org.newci.shell.edge.BearerGate;

/** {@code GET /status}: every build that the caller may see, in exactly one of three lists. */
public final class StatusRoute {

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
    for (History.Line line : history.lines()) {
      String repo = line.summary().repo();
      if (!seen.computeIfAbsent(repo, url -> registry.mayRead(url, person))) {
        continue;
      }
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
    ctx.json(new StatusView(builds, queued, building, finished, stops.get(), problem));
  }
}
