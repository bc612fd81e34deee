package org.newci.standin.repository;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevObject;
import org.eclipse.jgit.revwalk.RevTag;
import org.eclipse.jgit.revwalk.RevWalk;
import org.jspecify.annotations.Nullable;
import org.newci.shell.edge.EdgeSpec;
import org.newci.standin.git.Commit;
import org.newci.standin.git.Push;
import org.newci.standin.git.Repositories;
import org.newci.standin.project.Project;
import org.newci.standin.project.ProjectAccess;
import org.newci.standin.project.ProjectAccess.Visit;
import org.newci.standin.rest.Page;
import org.newci.standin.rest.Params;
import org.newci.standin.rest.RestError;
import org.newci.standin.rest.RestPages;
import org.newci.standin.rest.Times;

/** {@code /projects/:id/repository/tags}. */
public final class TagRoutes {

  private static final String ALL = "/api/v4/projects/{id}/repository/tags";
  private static final String ONE = ALL + "/{tag}";

  private final RepositoryVisits visits;
  private final RefChange change;
  private final URI base;

  public TagRoutes(ProjectAccess access, Repositories repositories, Push.Listener listener) {
    this.visits = new RepositoryVisits(access, repositories);
    this.change = new RefChange(visits, listener);
    this.base = access.base();
  }

  /** Adds the routes. */
  public void addTo(EdgeSpec spec) {
    spec.open(HandlerType.GET, ALL, this::list)
        .open(HandlerType.POST, ALL, this::create)
        .open(HandlerType.GET, ONE, this::read)
        .open(HandlerType.DELETE, ONE, this::delete);
  }

  private static String name(Ref ref) {
    return ref.getName().substring(Constants.R_TAGS.length());
  }

  /** A tag as shown, and the time that lists are ordered by. */
  private record Shown(Instant time, Map<String, Object> json) {}

  private void list(Context ctx) {
    Visit visit = visits.reader(ctx);
    Params params = Params.of(ctx);
    String search = params.text("search", "");
    String order = params.word("order_by", "updated", List.of("updated", "name", "version"));
    boolean ascending = params.word("sort", "desc", List.of("asc", "desc")).equals("asc");
    List<Shown> all = new ArrayList<>();
    visits.read(
        visit.project(),
        (repository, walk) -> {
          for (Ref ref : repository.getRefDatabase().getRefsByPrefix(Constants.R_TAGS)) {
            if (name(ref).contains(search)) {
              all.add(shown(visit.project(), ref, walk));
            }
          }
          return all;
        });
    if (order.equals("updated")) {
      all.sort(Comparator.comparing(Shown::time));
    }
    if (!ascending) {
      Collections.reverse(all);
    }
    Page.of(params).slice(ctx, base, all, Shown::json);
  }

  private Shown shown(Project project, Ref ref, RevWalk walk) throws IOException {
    RevObject object = walk.parseAny(ref.getObjectId());
    @Nullable RevTag tag = object instanceof RevTag annotated ? annotated : null;
    if (!(walk.peel(object) instanceof RevCommit peeled)) {
      throw RestError.message(404, "404 Tag Not Found");
    }
    Commit commit = Commit.of(walk.parseCommit(peeled));
    @Nullable PersonIdent tagger = tag == null ? null : tag.getTaggerIdent();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", name(ref));
    json.put("message", tag == null ? "" : tag.getFullMessage().stripTrailing());
    json.put("target", ref.getObjectId().name());
    json.put("commit", commit.json(base + "/" + project.fullPath()));
    json.put("release", null);
    json.put("protected", false);
    json.put("created_at", tagger == null ? null : Times.rest(tagger.getWhenAsInstant()));
    return new Shown(tagger == null ? commit.committer().time() : tagger.getWhenAsInstant(), json);
  }

  private Map<String, Object> find(Visit visit, String tag) {
    return visits.read(
        visit.project(),
        (repository, walk) -> {
          Ref ref = repository.exactRef(Constants.R_TAGS + tag);
          if (ref == null) {
            throw RestError.notFound("Tag");
          }
          return shown(visit.project(), ref, walk).json();
        });
  }

  private void read(Context ctx) {
    RestPages.json(ctx, 200, find(visits.reader(ctx), ctx.pathParam("tag")));
  }

  private void create(Context ctx) {
    Visit visit = visits.writer(ctx);
    Params params = Params.of(ctx);
    String tag = params.required("tag_name");
    change.create(
        visit, Constants.R_TAGS + tag, params.required("ref"), params.text("message", ""));
    RestPages.json(ctx, 201, find(visit, tag));
  }

  private void delete(Context ctx) {
    Visit visit = visits.writer(ctx);
    find(visit, ctx.pathParam("tag"));
    change.delete(visit, Constants.R_TAGS + ctx.pathParam("tag"));
    ctx.status(204);
  }
}
