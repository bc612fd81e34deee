package org.newci.standin.repository;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;
import org.newci.shell.edge.EdgeSpec;
import org.newci.standin.database.Database;
import org.newci.standin.git.Commit;
import org.newci.standin.git.Push;
import org.newci.standin.git.Repositories;
import org.newci.standin.member.AccessLevel;
import org.newci.standin.project.Project;
import org.newci.standin.project.ProjectAccess;
import org.newci.standin.project.ProjectAccess.Visit;
import org.newci.standin.project.ProtectedBranches;
import org.newci.standin.project.ProtectedBranches.Rule;
import org.newci.standin.rest.Page;
import org.newci.standin.rest.Params;
import org.newci.standin.rest.RestError;
import org.newci.standin.rest.RestPages;

/** {@code /projects/:id/repository/branches}. */
public final class BranchRoutes {

  private static final String ALL = "/api/v4/projects/{id}/repository/branches";
  private static final String ONE = ALL + "/{branch}";

  private final Database database;
  private final RepositoryVisits visits;
  private final RefChange change;
  private final URI base;

  public BranchRoutes(
      Database database, ProjectAccess access, Repositories repositories, Push.Listener listener) {
    this.database = database;
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

  private void list(Context ctx) {
    Visit visit = visits.reader(ctx);
    Params params = Params.of(ctx).refuse(List.of("regex"));
    String search = params.text("search", "").toLowerCase(Locale.ROOT);
    List<Ref> found = new ArrayList<>();
    Page page = Page.of(params);
    List<Map<String, Object>> slice =
        visits.read(
            visit.project(),
            (repository, walk) -> {
              repository.getRefDatabase().getRefsByPrefix(Constants.R_HEADS).stream()
                  .filter(ref -> matches(name(ref).toLowerCase(Locale.ROOT), search))
                  .forEach(found::add);
              List<Map<String, Object>> shown = new ArrayList<>();
              for (Ref ref : found.stream().skip(page.offset()).limit(page.size()).toList()) {
                shown.add(json(visit, ref, walk));
              }
              return shown;
            });
    page.answer(ctx, base, slice, found.size(), branch -> branch);
  }

  /** {@code ^begin} and {@code end$} are anchors, as in GitLab. */
  private static boolean matches(String name, String search) {
    boolean begins = search.startsWith("^");
    boolean ends = search.endsWith("$");
    String text = search.substring(begins ? 1 : 0, search.length() - (ends ? 1 : 0));
    return (!begins || name.startsWith(text))
        && (!ends || name.endsWith(text))
        && name.contains(text);
  }

  private static String name(Ref ref) {
    return ref.getName().substring(Constants.R_HEADS.length());
  }

  private Map<String, Object> json(Visit visit, Ref ref, RevWalk walk) throws IOException {
    Project project = visit.project();
    String url = base + "/" + project.fullPath();
    List<Rule> rules =
        database.read(handle -> ProtectedBranches.of(handle, project.id(), name(ref)));
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", name(ref));
    json.put("commit", Commit.of(walk.parseCommit(ref.getObjectId())).json(url));
    json.put("merged", false);
    json.put("protected", !rules.isEmpty());
    json.put("developers_can_push", allows(rules, true));
    json.put("developers_can_merge", allows(rules, false));
    json.put(
        "can_push",
        visit.level().atLeast(AccessLevel.DEVELOPER)
            && ProtectedBranches.mayPush(rules, visit.level()));
    json.put("default", name(ref).equals(project.defaultBranch()));
    json.put("web_url", url + "/-/tree/" + name(ref));
    return json;
  }

  private static boolean allows(List<Rule> rules, boolean push) {
    return rules.stream()
        .anyMatch(rule -> (push ? rule.push() : rule.merge()) == AccessLevel.DEVELOPER);
  }

  private Map<String, Object> shown(Visit visit, String branch) {
    return visits.read(
        visit.project(), (repository, walk) -> json(visit, find(repository, branch), walk));
  }

  private static Ref find(Repository repository, String branch) throws IOException {
    Ref ref = repository.exactRef(Constants.R_HEADS + branch);
    if (ref == null) {
      throw RestError.notFound("Branch");
    }
    return ref;
  }

  private void read(Context ctx) {
    Visit visit = visits.reader(ctx);
    RestPages.json(ctx, 200, shown(visit, ctx.pathParam("branch")));
  }

  private void create(Context ctx) {
    Visit visit = visits.writer(ctx);
    Params params = Params.of(ctx);
    String branch = params.required("branch");
    String from = params.required("ref");
    List<Rule> rules =
        database.read(handle -> ProtectedBranches.of(handle, visit.project().id(), branch));
    if (!ProtectedBranches.mayPush(rules, visit.level())) {
      throw RestError.message(400, "You are not allowed to create protected branches.");
    }
    change.create(visit, Constants.R_HEADS + branch, from);
    RestPages.json(ctx, 201, shown(visit, branch));
  }

  private void delete(Context ctx) {
    Visit visit = visits.writer(ctx);
    String branch = ctx.pathParam("branch");
    visits.read(visit.project(), (repository, walk) -> find(repository, branch));
    if (branch.equals(visit.project().defaultBranch())) {
      throw RestError.message(405, "Cannot remove HEAD branch");
    }
    boolean isProtected =
        !database
            .read(handle -> ProtectedBranches.of(handle, visit.project().id(), branch))
            .isEmpty();
    if (isProtected && !visit.level().atLeast(AccessLevel.MAINTAINER)) {
      throw RestError.message(405, "Protected branch can't be removed");
    }
    change.delete(visit, Constants.R_HEADS + branch);
    ctx.status(204);
  }
}
