package org.newci.standin.repository;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.revwalk.filter.AndRevFilter;
import org.eclipse.jgit.revwalk.filter.CommitTimeRevFilter;
import org.eclipse.jgit.revwalk.filter.RevFilter;
import org.eclipse.jgit.treewalk.filter.AndTreeFilter;
import org.eclipse.jgit.treewalk.filter.PathFilter;
import org.eclipse.jgit.treewalk.filter.TreeFilter;
import org.jspecify.annotations.Nullable;
import org.newci.shell.edge.EdgeSpec;
import org.newci.standin.git.Commit;
import org.newci.standin.git.Repositories;
import org.newci.standin.project.Project;
import org.newci.standin.project.ProjectAccess;
import org.newci.standin.project.ProjectAccess.Visit;
import org.newci.standin.rest.Page;
import org.newci.standin.rest.Params;
import org.newci.standin.rest.RestError;
import org.newci.standin.rest.RestPages;

/** {@code /projects/:id/repository/commits}. */
public final class CommitRoutes {

  private static final String ALL = "/api/v4/projects/{id}/repository/commits";
  private static final String ONE = ALL + "/{sha}";

  /** The last pipeline of a commit, as the API shows it. */
  public interface LastPipeline extends Function<Found, @Nullable Map<String, Object>> {}

  /** A commit of a project. */
  public record Found(Project project, String sha) {}

  private final RepositoryVisits visits;
  private final LastPipeline lastPipeline;
  private final URI base;

  public CommitRoutes(ProjectAccess access, Repositories repositories, LastPipeline lastPipeline) {
    this.visits = new RepositoryVisits(access, repositories);
    this.lastPipeline = lastPipeline;
    this.base = access.base();
  }

  /** Adds the routes. */
  public void addTo(EdgeSpec spec) {
    spec.open(HandlerType.GET, ALL, this::list)
        .open(HandlerType.GET, ONE, this::read)
        .open(HandlerType.GET, ONE + "/refs", this::refs)
        .open(HandlerType.GET, ONE + "/diff", this::diff);
  }

  private String url(Project project) {
    return base + "/" + project.fullPath();
  }

  private void list(Context ctx) {
    Visit visit = visits.reader(ctx);
    Params params = Params.of(ctx).refuse(List.of("author", "trailers"));
    Page page = Page.of(params);
    List<Commit> slice = new ArrayList<>();
    boolean more =
        visits.read(
            visit.project(), (repository, walk) -> walk(visit, params, repository, walk, slice));
    // GitLab does not count commits: there is only a next page, or none.
    page.uncounted(ctx, base, more, slice.stream().map(c -> c.json(url(visit.project()))).toList());
  }

  private boolean walk(
      Visit visit, Params params, Repository repository, RevWalk walk, List<Commit> slice)
      throws IOException {
    Page page = Page.of(params);
    walk.setFirstParent(params.flag("first_parent", false));
    if (params.flag("all", false)) {
      for (Ref ref : repository.getRefDatabase().getRefsByPrefix(Constants.R_HEADS)) {
        walk.markStart(walk.parseCommit(ref.getObjectId()));
      }
    } else {
      boolean asked = params.has("ref_name");
      RevCommit start =
          RepositoryVisits.commit(
                  repository, walk, visit.project(), params.text("ref_name", Constants.HEAD))
              .orElse(null);
      if (start == null && !asked) {
        return false;
      }
      if (start == null) {
        throw RestError.notFound("Commit");
      }
      walk.markStart(start);
    }
    String path = params.text("path", "");
    if (!path.isEmpty()) {
      walk.setTreeFilter(AndTreeFilter.create(PathFilter.create(path), TreeFilter.ANY_DIFF));
    }
    List<RevFilter> filters = new ArrayList<>();
    time(params, "since").ifPresent(t -> filters.add(CommitTimeRevFilter.after(t)));
    time(params, "until").ifPresent(t -> filters.add(CommitTimeRevFilter.before(t)));
    filters.add(RevFilter.ALL);
    walk.setRevFilter(filters.size() == 1 ? RevFilter.ALL : AndRevFilter.create(filters));
    int seen = 0;
    for (RevCommit commit : walk) {
      if (slice.size() == page.size()) {
        return true;
      }
      if (seen++ >= page.offset()) {
        slice.add(Commit.of(commit));
      }
    }
    return false;
  }

  private static java.util.Optional<Instant> time(Params params, String name) {
    String text = params.text(name, "");
    if (text.isEmpty()) {
      return java.util.Optional.empty();
    }
    try {
      return java.util.Optional.of(
          OffsetDateTime.parse(text.length() == 10 ? text + "T00:00:00Z" : text).toInstant());
    } catch (DateTimeParseException e) {
      throw RestError.parameter(name + " is invalid");
    }
  }

  private static RevCommit find(Repository repository, RevWalk walk, Visit visit, String name)
      throws IOException {
    return RepositoryVisits.commit(repository, walk, visit.project(), name)
        .orElseThrow(RepositoryVisits::noCommit);
  }

  private void read(Context ctx) {
    Visit visit = visits.reader(ctx);
    boolean stats = Params.of(ctx).flag("stats", true);
    Map<String, Object> json =
        visits.read(
            visit.project(),
            (repository, walk) -> {
              RevCommit commit = find(repository, walk, visit, ctx.pathParam("sha"));
              Map<String, Object> shown = Commit.of(commit).json(url(visit.project()));
              if (stats) {
                shown.put("stats", CommitDiff.stats(repository, walk, commit));
              }
              return shown;
            });
    @Nullable Map<String, Object> pipeline =
        lastPipeline.apply(new Found(visit.project(), String.valueOf(json.get("id"))));
    json.put("status", pipeline == null ? null : pipeline.get("status"));
    json.put("project_id", visit.project().id());
    json.put("last_pipeline", pipeline);
    RestPages.json(ctx, 200, json);
  }

  private void refs(Context ctx) {
    Visit visit = visits.reader(ctx);
    Params params = Params.of(ctx);
    String type = params.word("type", "all", List.of("all", "branch", "tag"));
    List<Map<String, Object>> found = new ArrayList<>();
    visits.read(
        visit.project(),
        (repository, walk) -> {
          RevCommit commit = find(repository, walk, visit, ctx.pathParam("sha"));
          for (String kind : List.of("branch", "tag")) {
            if (!type.equals("all") && !type.equals(kind)) {
              continue;
            }
            String prefix = kind.equals("branch") ? Constants.R_HEADS : Constants.R_TAGS;
            for (Ref ref : repository.getRefDatabase().getRefsByPrefix(prefix)) {
              if (walk.peel(walk.parseAny(ref.getObjectId())) instanceof RevCommit tip
                  && walk.isMergedInto(commit, walk.parseCommit(tip))) {
                Map<String, Object> json = new LinkedHashMap<>();
                json.put("type", kind);
                json.put("name", ref.getName().substring(prefix.length()));
                found.add(json);
              }
            }
          }
          return found;
        });
    Page.of(params).slice(ctx, base, found, ref -> ref);
  }

  private void diff(Context ctx) {
    Visit visit = visits.reader(ctx);
    List<Map<String, Object>> files =
        visits.read(
            visit.project(),
            (repository, walk) ->
                CommitDiff.files(
                    repository, walk, find(repository, walk, visit, ctx.pathParam("sha"))));
    Page.of(Params.of(ctx)).slice(ctx, base, files, file -> file);
  }
}
