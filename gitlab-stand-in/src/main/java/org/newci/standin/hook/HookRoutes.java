package org.newci.standin.hook;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.net.URI;
import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.newci.shell.edge.EdgeSpec;
import org.newci.standin.database.Database;
import org.newci.standin.project.ProjectAccess;
import org.newci.standin.project.ProjectAccess.Visit;
import org.newci.standin.rest.Page;
import org.newci.standin.rest.Params;
import org.newci.standin.rest.RestError;
import org.newci.standin.rest.RestPages;

/** {@code /projects/:id/hooks}. */
public final class HookRoutes {

  private static final String ALL = "/api/v4/projects/{id}/hooks";
  private static final String ONE = ALL + "/{hook}";
  private static final int MOST_HOOKS = 100;

  private final Database database;
  private final ProjectAccess access;
  private final HookTarget target;
  private final Clock clock;
  private final URI base;

  public HookRoutes(
      Database database, ProjectAccess access, HookTarget target, Clock clock, URI base) {
    this.database = database;
    this.access = access;
    this.target = target;
    this.clock = clock;
    this.base = base;
  }

  /** Adds the routes. */
  public void addTo(EdgeSpec spec) {
    spec.open(HandlerType.GET, ALL, this::list)
        .open(HandlerType.POST, ALL, this::create)
        .open(HandlerType.GET, ONE, this::read)
        .open(HandlerType.PUT, ONE, this::change)
        .open(HandlerType.DELETE, ONE, this::delete);
  }

  private void list(Context ctx) {
    Visit visit = access.maintainer(ctx);
    Page page = Page.of(Params.of(ctx));
    List<Hook> all = database.read(handle -> Hook.all(handle, visit.project().id()));
    List<Hook> slice = all.stream().skip(page.offset()).limit(page.size()).toList();
    page.answer(ctx, base, slice, all.size(), hook -> hook.json(clock.instant()));
  }

  private void create(Context ctx) {
    Visit visit = access.maintainer(ctx);
    Params params = Params.of(ctx);
    params.required("url");
    Hook blank =
        new Hook(
            0,
            visit.project().id(),
            "",
            null,
            null,
            null,
            Set.of("push_events"),
            true,
            new BranchFilter("wildcard", null),
            null,
            HookHealth.GOOD,
            clock.instant());
    Hook wanted = filled(blank, params);
    Hook hook =
        database.write(
            handle -> {
              if (Hook.all(handle, visit.project().id()).size() >= MOST_HOOKS) {
                throw RestError.message(
                    422, "Maximum number of project hooks (%d) exceeded".formatted(MOST_HOOKS));
              }
              return wanted.save(handle);
            });
    RestPages.json(ctx, 201, hook.json(clock.instant()));
  }

  private Hook filled(Hook before, Params params) {
    params.refuse(List.of("custom_headers", "custom_webhook_template"));
    if (!params.flag("enable_ssl_verification", true)) {
      // There is no way here to believe nobody's certificate.
      params.refuse(List.of("enable_ssl_verification"));
    }
    String url = params.text("url", before.url());
    Optional<String> mistake = target.mistake(url);
    if (mistake.isPresent()) {
      throw RestError.message(422, mistake.get());
    }
    Set<String> events = new LinkedHashSet<>();
    for (String event : Hook.EVENTS) {
      if (params.flag(event, before.events().contains(event))) {
        events.add(event);
      }
    }
    // A new address must not learn the token of the former one.
    String kept = url.equals(before.url()) ? before.token() : null;
    return new Hook(
        before.id(),
        before.projectId(),
        url,
        params.has("token") ? params.text("token") : kept,
        params.has("name") ? params.text("name") : before.name(),
        params.has("description") ? params.text("description") : before.description(),
        events,
        params.flag("enable_ssl_verification", before.verifyTls()),
        branchFilter(before.branchFilter(), params),
        signingToken(url.equals(before.url()) ? before.signingToken() : null, params),
        before.health(),
        before.createdAt());
  }

  private static BranchFilter branchFilter(BranchFilter before, Params params) {
    BranchFilter filter =
        new BranchFilter(
            params.word("branch_filter_strategy", before.strategy(), BranchFilter.STRATEGIES),
            params.has("push_events_branch_filter")
                ? params.text("push_events_branch_filter")
                : before.text());
    if (!filter.isValid()) {
      throw RestError.field("push_events_branch_filter", "is not a valid regular expression");
    }
    return filter;
  }

  private static @Nullable SigningToken signingToken(@Nullable SigningToken before, Params params) {
    String text = params.text("signing_token");
    if (text == null) {
      return before;
    }
    return text.isEmpty()
        ? null
        : SigningToken.of(text)
            .orElseThrow(
                () ->
                    RestError.field("signing_token", "must be whsec_ and the base64 of 32 bytes"));
  }

  private Hook find(Context ctx, Visit visit) {
    String id = ctx.pathParam("hook");
    return Optional.of(id)
        .filter(text -> text.matches("\\d{1,18}"))
        .flatMap(
            text ->
                database.read(
                    handle -> Hook.byId(handle, visit.project().id(), Long.parseLong(text))))
        .orElseThrow(() -> RestError.message(404, "404 Not found"));
  }

  private void read(Context ctx) {
    RestPages.json(ctx, 200, find(ctx, access.maintainer(ctx)).json(clock.instant()));
  }

  private void change(Context ctx) {
    Hook wanted = filled(find(ctx, access.maintainer(ctx)), Params.of(ctx));
    RestPages.json(ctx, 200, database.write(wanted::save).json(clock.instant()));
  }

  private void delete(Context ctx) {
    Hook hook = find(ctx, access.maintainer(ctx));
    database.write(
        handle -> {
          hook.remove(handle);
          return hook;
        });
    ctx.status(204);
  }
}
