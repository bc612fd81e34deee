package org.newci.controller.replay;

import io.javalin.http.Context;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.newci.contracts.controller.ReplayView;
import org.newci.controller.build.Build;
import org.newci.controller.registry.Person;
import org.newci.controller.registry.Registry;
import org.newci.controller.show.History;
import org.newci.shell.edge.BearerGate;
import org.newci.shell.problem.Problem;

/**
 * {@code GET /replay?after=RANK&limit=N}: decides the event logs of so many builds anew and says
 * where the first difference is. A caller asks again after {@code next} until there is none.
 */
public final class ReplayRoute {

  private static final int MOST = 1_000;

  private final History history;
  private final Replay replay;
  private final Supplier<Registry> registry;

  public ReplayRoute(History history, Replay replay, Supplier<Registry> registry) {
    this.history = history;
    this.replay = replay;
    this.registry = registry;
  }

  /** The next builds in order of submission. */
  public void replay(Context ctx) {
    long after = number(ctx, "after", 0, Long.MAX_VALUE);
    int limit = (int) number(ctx, "limit", 200, MOST);
    Person person = Person.of(BearerGate.caller(ctx));
    List<History.Whole> builds = history.whole(after, limit);
    long events = 0;
    ReplayView.Difference difference = null;
    long last = after;
    long count = 0;
    for (History.Whole one : builds) {
      Optional<Replay.Difference> found = replay.first(one.build(), one.log());
      events += one.log().size();
      last = one.build().rank();
      count++;
      if (found.isPresent()) {
        difference = view(one.build(), found.get(), person);
        break;
      }
    }
    boolean more = difference == null && builds.size() == limit;
    ctx.json(new ReplayView(count, events, difference, more ? last : null));
  }

  /** Who may not read a build hears where it differs, not what it says. */
  private ReplayView.Difference view(Build build, Replay.Difference found, Person person) {
    boolean readable = registry.get().mayRead(build.order().repo(), person);
    String hidden = "(not for you to read)";
    return new ReplayView.Difference(
        build.id().text(),
        found.event(),
        found.kind(),
        readable ? found.kept() : hidden,
        readable ? found.decided() : hidden);
  }

  private static long number(Context ctx, String name, long fallback, long most) {
    @Nullable String text = ctx.queryParam(name);
    if (text == null) {
      return fallback;
    }
    boolean digits = text.matches("\\d{1,15}");
    if (!digits || Long.parseLong(text) > most) {
      throw Problem.badRequest(
          "The parameter '%s' is '%s' (expected a number, at most %d)."
              .formatted(name, text.length() > 40 ? text.substring(0, 40) : text, most));
    }
    return Long.parseLong(text);
  }
}
