package org.newci.controller.show;

import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.newci.contracts.controller.BuildSummary;
import org.newci.contracts.controller.StatusView;

/** {@code GET /status}: every build, in exactly one of three lists. */
public final class StatusRoute {

  private final History history;

  public StatusRoute(History history) {
    this.history = history;
  }

  /** All builds at one moment. */
  public void status(Context ctx) {
    Map<String, BuildSummary> builds = new LinkedHashMap<>();
    List<String> queued = new ArrayList<>();
    List<String> building = new ArrayList<>();
    List<String> finished = new ArrayList<>();
    for (History.Line line : history.lines()) {
      builds.put(line.id(), line.summary());
      List<String> list =
          switch (line.state()) {
            case QUEUED -> queued;
            case FINISHED -> finished;
            case MIRRORING, BUILDING, COLLECTING, DEPLOYING -> building;
          };
      list.add(line.id());
    }
    ctx.json(new StatusView(builds, queued, building, finished));
  }
}
