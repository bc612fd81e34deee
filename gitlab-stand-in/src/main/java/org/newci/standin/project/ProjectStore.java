package org.newci.standin.project;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.newci.standin.project.ProtectedBranches.Rule;

/** Reads and writes projects inside the transaction of whoever calls. */
public final class ProjectStore {

  private static final RowMapper<Project> ROW = (row, context) -> project(row);

  private ProjectStore() {}

  private static Project project(ResultSet row) throws SQLException {
    return new Project(
        row.getLong("id"),
        row.getLong("namespace_id"),
        row.getString("namespace"),
        row.getString("path"),
        row.getString("name"),
        row.getString("description"),
        row.getString("visibility"),
        row.getString("default_branch"),
        row.getString("ci_config_path"),
        row.getInt("build_timeout"),
        row.getBoolean("auto_devops_enabled"),
        row.getLong("creator_id"),
        Instant.ofEpochMilli(row.getLong("created_at")),
        Instant.ofEpochMilli(row.getLong("updated_at")),
        row.getString("marked_for_deletion_on"));
  }

  public static Optional<Project> byId(Handle handle, long id) {
    return handle
        .createQuery("select * from projects where id = :id")
        .bind("id", id)
        .map(ROW)
        .findOne();
  }

  /** By {@code namespace/path}, whatever the case. */
  public static Optional<Project> byPath(Handle handle, String fullPath) {
    int slash = fullPath.lastIndexOf('/');
    return slash < 0
        ? Optional.empty()
        : handle
            .createQuery(
                "select * from projects where namespace = :namespace collate nocase"
                    + " and path = :path collate nocase")
            .bind("namespace", fullPath.substring(0, slash))
            .bind("path", fullPath.substring(slash + 1))
            .map(ROW)
            .findOne();
  }

  /** The project that once had this path, when no other has it now. */
  public static Optional<Project> byFormerPath(Handle handle, String fullPath) {
    return handle
        .createQuery(
            "select p.* from projects p join moved_paths m on m.project_id = p.id"
                + " where m.full_path = :path collate nocase")
        .bind("path", fullPath)
        .map(ROW)
        .findOne();
  }

  /** True when another project of its namespace has its name. */
  public static boolean nameTaken(Handle handle, Project project) {
    return handle
            .createQuery(
                "select count(*) from projects where namespace_id = :namespace"
                    + " and name = :name collate nocase and id <> :id")
            .bind("namespace", project.namespaceId())
            .bind("name", project.name())
            .bind("id", project.id())
            .mapTo(Long.class)
            .one()
        > 0;
  }

  /** Adds it, and answers with the number that it got. */
  public static Project insert(Handle handle, Project project) {
    handle.execute("delete from moved_paths where full_path = ?", project.fullPath());
    long id =
        handle
            .createUpdate(
                "insert into projects (namespace_id, namespace, path, name, description,"
                    + " visibility, default_branch, ci_config_path, build_timeout,"
                    + " auto_devops_enabled, creator_id, created_at, updated_at,"
                    + " marked_for_deletion_on) values (:namespace_id, :namespace, :path, :name,"
                    + " :description, :visibility, :default_branch, :ci_config_path,"
                    + " :build_timeout, :auto_devops, :creator, :created_at, :updated_at, :marked)")
            .bindMap(columns(project))
            .executeAndReturnGeneratedKeys("id")
            .mapTo(Long.class)
            .one();
    return byId(handle, id).orElseThrow();
  }

  /** Writes all of it; a changed path leaves a trace from the former one. */
  public static void update(Handle handle, Project project) {
    Project before = byId(handle, project.id()).orElseThrow();
    if (!before.fullPath().equalsIgnoreCase(project.fullPath())) {
      handle.execute(
          "insert or replace into moved_paths (full_path, project_id) values (?, ?)",
          before.fullPath(),
          project.id());
      handle.execute("delete from moved_paths where full_path = ?", project.fullPath());
    }
    handle
        .createUpdate(
            "update projects set path = :path, name = :name, description = :description,"
                + " visibility = :visibility, default_branch = :default_branch,"
                + " ci_config_path = :ci_config_path, build_timeout = :build_timeout,"
                + " auto_devops_enabled = :auto_devops, updated_at = :updated_at,"
                + " marked_for_deletion_on = :marked where id = :id")
        .bindMap(columns(project))
        .execute();
  }

  private static java.util.Map<String, Object> columns(Project project) {
    java.util.Map<String, Object> columns = new java.util.HashMap<>();
    columns.put("id", project.id());
    columns.put("namespace_id", project.namespaceId());
    columns.put("namespace", project.namespace());
    columns.put("path", project.path());
    columns.put("name", project.name());
    columns.put("description", project.description());
    columns.put("visibility", project.visibility());
    columns.put("default_branch", project.defaultBranch());
    columns.put("ci_config_path", project.ciConfigPath());
    columns.put("build_timeout", project.buildTimeout());
    columns.put("auto_devops", project.autoDevops());
    columns.put("creator", project.creatorId());
    columns.put("created_at", project.createdAt().toEpochMilli());
    columns.put("updated_at", project.updatedAt().toEpochMilli());
    columns.put("marked", project.markedForDeletionOn());
    return columns;
  }

  /** Takes the project and all that belongs to it out of the tables. */
  public static void remove(Handle handle, long id) {
    for (String table :
        List.of(
            "moved_paths",
            "protected_branches",
            "variables",
            "hooks",
            "access_tokens",
            "jobs",
            "pipelines")) {
      handle.execute("delete from " + table + " where project_id = ?", id);
    }
    handle.execute("delete from members where source = 'project' and source_id = ?", id);
    handle.execute("delete from projects where id = ?", id);
  }

  /** How many the query finds. */
  static long count(Handle handle, ProjectQuery query) {
    return handle
        .createQuery("select count(*) from projects where " + query.condition())
        .bindMap(query.values())
        .mapTo(Long.class)
        .one();
  }

  /** A slice of what the query finds. */
  static List<Project> list(Handle handle, ProjectQuery query, int offset, int limit) {
    return handle
        .createQuery(
            "select * from projects where %s order by %s limit %d offset %d"
                .formatted(query.condition(), query.orderBy(), limit, offset))
        .bindMap(query.values())
        .map(ROW)
        .list();
  }

  /** Whether force pushes to a protected branch are allowed; empty when it is not protected. */
  public static Optional<Boolean> protection(Handle handle, long projectId, String branch) {
    List<Rule> rules = ProtectedBranches.of(handle, projectId, branch);
    return rules.isEmpty()
        ? Optional.empty()
        : Optional.of(rules.stream().anyMatch(Rule::allowForcePush));
  }

  /** Protects that branch. */
  public static void protect(Handle handle, long projectId, String branch) {
    handle.execute(
        "insert into protected_branches (project_id, name, allow_force_push) values (?, ?, 0)"
            + " on conflict do nothing",
        projectId,
        branch);
  }
}
