package org.newci.standin.project;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.newci.shell.edge.EdgeSpec;
import org.newci.standin.database.Database;
import org.newci.standin.member.AccessLevel;
import org.newci.standin.member.Members;
import org.newci.standin.member.Members.Source;
import org.newci.standin.project.ProjectAccess.Visit;
import org.newci.standin.rest.Params;
import org.newci.standin.rest.RestError;
import org.newci.standin.rest.RestPages;
import org.newci.standin.user.Namespace;
import org.newci.standin.user.User;
import org.newci.standin.user.Users;

/** {@code /projects}: made, listed, read and changed. */
public final class ProjectRoutes {

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

  /** What the routes look things up in. */
  public record Sources(Database database, Users users) {}

  public ProjectRoutes(ProjectAccess access, Sources sources, Disk disk, Clock clock, URI base) {
    this.database = sources.database();
    this.users = sources.users();
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
        .open(HandlerType.PUT, "/api/v4/projects/{id}", this::change);
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
    Namespace namespace = namespace(user, params);
    String realName = name == null ? String.valueOf(path) : name;
    String realPath = path == null ? ProjectPath.fromName(realName) : path;
    refuse("name", ProjectPath.mistakeInName(realName));
    refuse("path", ProjectPath.mistakeInPath(realPath));
    Instant now = clock.instant();
    Project wanted =
        new Project(
            0,
            namespace.id(),
            namespace.fullPath(),
            realPath,
            realName,
            params.text("description"),
            params.word("visibility", "private", ProjectQuery.VISIBILITIES),
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
              if (!Members.level(handle, user, made.id(), made.namespaceId())
                  .atLeast(AccessLevel.MAINTAINER)) {
                Members.save(
                    handle, Source.PROJECT, made.id(), user.id(), AccessLevel.MAINTAINER, now);
              }
              disk.create(made.id());
              return made;
            });
    RestPages.json(ctx, 201, json.full(project, user));
  }

  private Namespace namespace(User user, Params params) {
    String id = params.text("namespace_id");
    if (id == null && !user.bot()) {
      return user.namespace();
    }
    return Optional.ofNullable(id)
        .filter(text -> text.matches("\\d{1,18}"))
        .flatMap(text -> users.namespace(Long.parseLong(text)))
        .filter(space -> mayMakeIn(user, space))
        .orElseThrow(() -> RestError.field("namespace", "is not valid"));
  }

  private boolean mayMakeIn(User user, Namespace space) {
    // A group's project_creation_level is "developer".
    return space.isGroup()
        ? database
            .read(handle -> Members.inGroup(handle, user, space.id()))
            .atLeast(AccessLevel.DEVELOPER)
        : user.admin() || space.id() == user.id();
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
    new ProjectList(database, base, json).answer(ctx, user, ProjectQuery.of(user, params), params);
  }

  private void read(Context ctx) {
    Visit visit = access.visible(ctx);
    RestPages.json(ctx, 200, json.full(visit.project(), visit.user()));
  }

  private void change(Context ctx) {
    Visit visit = access.maintainer(ctx);
    Params params = Params.of(ctx);
    Project changed =
        database.write(
            handle -> {
              Project before =
                  ProjectStore.byId(handle, visit.project().id())
                      .orElseThrow(() -> RestError.notFound("Project"));
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
        params.word("visibility", before.visibility(), ProjectQuery.VISIBILITIES),
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

  private static @Nullable String blankIsNull(@Nullable String text) {
    return text == null || text.isBlank() ? null : text;
  }
}
