package org.newci.standin.project;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.newci.shell.edge.EdgeSpec;
import org.newci.standin.database.Database;
import org.newci.standin.project.ProjectAccess.Visit;
import org.newci.standin.rest.Page;
import org.newci.standin.rest.Params;
import org.newci.standin.rest.RestError;
import org.newci.standin.rest.RestPages;
import org.newci.standin.user.User;
import org.newci.standin.user.Users;

/** {@code /projects}: made, read, changed, and deleted in today's two steps. */
public final class ProjectRoutes {

  private static final List<String> VISIBILITIES = List.of("private", "internal", "public");
  private static final int DEFAULT_TIMEOUT = 3600;
  private static final int SHORTEST_TIMEOUT = 600;

  /** What lies on disk for a project. */
  public interface Disk {
    /** Makes an empty repository. */
    void create(long projectId);

    /** Removes the repository, the logs and the artifacts; nothing when they are gone. */
    void remove(long projectId);
  }

  private final Database database;
  private final Users users;
  private final ProjectAccess access;
  private final ProjectJson json;
  private final Disk disk;
  private final Clock clock;
  private final URI base;

  public ProjectRoutes(
      Database database, Users users, ProjectAccess access, URI base, Disk disk, Clock clock) {
    this.database = database;
    this.users = users;
    this.access = access;
    this.json = new ProjectJson(base, users);
    this.base = base;
    this.disk = disk;
    this.clock = clock;
  }

  /** Adds the routes. */
  public void addTo(EdgeSpec spec) {
    spec.open(HandlerType.POST, "/api/v4/projects", this::create)
        .open(HandlerType.GET, "/api/v4/projects", this::list)
        .open(HandlerType.GET, "/api/v4/projects/{id}", this::read)
        .open(HandlerType.PUT, "/api/v4/projects/{id}", this::change)
        .open(HandlerType.DELETE, "/api/v4/projects/{id}", this::delete);
  }

  private void create(Context ctx) {
    User user = users.caller(ctx);
    Params params = Params.of(ctx);
    String name = params.text("name");
    String path = params.text("path");
    if (name == null && path == null) {
      throw RestError.parameter("name, path are missing, at least one parameter must be provided");
    }
    if (params.flag("initialize_with_readme", false)) {
      params.refuse(List.of("initialize_with_readme"));
    }
    User namespace = namespace(user, params);
    String realName = name == null ? String.valueOf(path) : name;
    String realPath = path == null ? ProjectPath.fromName(realName) : path;
    refuse("name", ProjectPath.mistakeInName(realName));
    refuse("path", ProjectPath.mistakeInPath(realPath));
    Instant now = clock.instant();
    Project wanted =
        new Project(
            0,
            namespace.id(),
            namespace.username(),
            realPath,
            realName,
            params.text("description"),
            params.word("visibility", "private", VISIBILITIES),
            null,
            blankIsNull(params.text("ci_config_path")),
            params.number("build_timeout", DEFAULT_TIMEOUT, SHORTEST_TIMEOUT),
            params.flag("auto_devops_enabled", false),
            user.id(),
            now,
            now,
            null);
    Project project =
        database.write(
            handle -> {
              refuseTaken(handle, wanted);
              Project made = ProjectStore.insert(handle, wanted);
              disk.create(made.id());
              return made;
            });
    RestPages.json(ctx, 201, json.full(project, user));
  }

  private User namespace(User user, Params params) {
    String id = params.text("namespace_id");
    if (id == null) {
      return user;
    }
    return Optional.of(id)
        .filter(text -> text.matches("\\d{1,18}"))
        .flatMap(text -> users.namespace(Long.parseLong(text)))
        .filter(owner -> user.admin() || owner.id() == user.id())
        .orElseThrow(() -> RestError.field("namespace", "is not valid"));
  }

  private static void refuse(String field, Optional<String> mistake) {
    mistake.ifPresent(
        sentence -> {
          throw RestError.field(field, sentence);
        });
  }

  private static void refuseTaken(Handle handle, Project project) {
    boolean path =
        ProjectStore.byPath(handle, project.fullPath())
            .filter(other -> other.id() != project.id())
            .isPresent();
    if (path || ProjectStore.nameTaken(handle, project)) {
      List<String> taken = List.of("has already been taken");
      throw RestError.message(
          400,
          path
              ? Map.of("project_namespace.name", taken, "name", taken, "path", taken)
              : Map.of("project_namespace.name", taken, "name", taken));
    }
  }

  private void list(Context ctx) {
    User user = users.caller(ctx);
    Params params = Params.of(ctx);
    Page page = Page.of(params);
    String search = params.text("search");
    ProjectStore.Filter filter =
        new ProjectStore.Filter(
            user.id(),
            user.admin(),
            search == null ? null : search.toLowerCase(Locale.ROOT),
            params.flag("owned", false) || params.flag("membership", false),
            params.word("sort", "desc", List.of("asc", "desc")).equals("asc"));
    boolean simple = params.flag("simple", false);
    long total = database.read(handle -> ProjectStore.count(handle, filter));
    List<Project> slice =
        database.read(handle -> ProjectStore.list(handle, filter, page.offset(), page.size()));
    page.answer(ctx, base, slice, total, p -> simple ? json.simple(p) : json.full(p, user));
  }

  private void read(Context ctx) {
    Visit visit = access.visible(ctx);
    RestPages.json(ctx, 200, json.full(visit.project(), visit.user()));
  }

  private void change(Context ctx) {
    Visit visit = access.owned(ctx);
    Params params = Params.of(ctx);
    Project changed =
        database.write(
            handle -> {
              Project before = again(handle, visit.project());
              Project after = changed(before, params);
              if (!after.path().equals(before.path())) {
                refuse("path", ProjectPath.mistakeInPath(after.path()));
              }
              refuse("name", ProjectPath.mistakeInName(after.name()));
              refuseTaken(handle, after);
              ProjectStore.update(handle, after);
              return after;
            });
    RestPages.json(ctx, 200, json.full(changed, visit.user()));
  }

  private Project changed(Project before, Params params) {
    return new Project(
        before.id(),
        before.namespaceId(),
        before.namespace(),
        params.text("path", before.path()),
        params.text("name", before.name()),
        params.has("description") ? params.text("description") : before.description(),
        params.word("visibility", before.visibility(), VISIBILITIES),
        params.has("default_branch") ? params.text("default_branch") : before.defaultBranch(),
        params.has("ci_config_path")
            ? blankIsNull(params.text("ci_config_path"))
            : before.ciConfigPath(),
        params.number("build_timeout", before.buildTimeout(), SHORTEST_TIMEOUT),
        params.flag("auto_devops_enabled", before.autoDevops()),
        before.creatorId(),
        before.createdAt(),
        clock.instant(),
        before.markedForDeletionOn());
  }

  private static Project again(Handle handle, Project project) {
    return ProjectStore.byId(handle, project.id()).orElseThrow(() -> RestError.notFound("Project"));
  }

  private void delete(Context ctx) {
    Visit visit = access.owned(ctx);
    Params params = Params.of(ctx);
    boolean permanently = params.flag("permanently_remove", false);
    String fullPath = params.text("full_path");
    boolean removed =
        database.write(
            handle -> {
              Project project = again(handle, visit.project());
              if (permanently) {
                return remove(handle, project, fullPath);
              }
              mark(handle, project);
              return false;
            });
    if (removed) {
      disk.remove(visit.project().id());
    }
    RestPages.json(ctx, 202, Map.of("message", "202 Accepted"));
  }

  private boolean remove(Handle handle, Project project, @Nullable String fullPath) {
    if (project.markedForDeletionOn() == null) {
      throw RestError.message(400, "Project must be marked for deletion first.");
    }
    if (!project.fullPath().equals(fullPath)) {
      throw RestError.message(
          400, "`full_path` is incorrect. You must enter the complete path for the project.");
    }
    ProjectStore.remove(handle, project.id());
    return true;
  }

  private void mark(Handle handle, Project project) {
    if (project.markedForDeletionOn() != null) {
      throw RestError.message(400, "Project has been already marked for deletion");
    }
    String suffix = "-deletion_scheduled-" + project.id();
    Instant now = clock.instant();
    ProjectStore.update(
        handle,
        new Project(
            project.id(),
            project.namespaceId(),
            project.namespace(),
            project.path() + suffix,
            project.name() + suffix,
            project.description(),
            project.visibility(),
            project.defaultBranch(),
            project.ciConfigPath(),
            project.buildTimeout(),
            project.autoDevops(),
            project.creatorId(),
            project.createdAt(),
            now,
            LocalDate.ofInstant(now, ZoneOffset.UTC).toString()));
  }

  private static @Nullable String blankIsNull(@Nullable String text) {
    return text == null || text.isBlank() ? null : text;
  }
}
