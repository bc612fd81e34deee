package org.newci.standin.pipeline;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.newci.standin.rest.Times;

/** Reads and writes pipelines inside the transaction of whoever calls. */
public final class PipelineStore {

  private PipelineStore() {}

  /** What a list is narrowed by: columns and the values that they must have. */
  public record Filter(long projectId, Map<String, String> equal, String orderBy, String sort) {
    public Filter {
      equal = new TreeMap<>(equal);
    }
  }

  static @Nullable Instant time(ResultSet row, String column) throws SQLException {
    long millis = row.getLong(column);
    return row.wasNull() ? null : Instant.ofEpochMilli(millis);
  }

  static @Nullable Long millis(@Nullable Instant time) {
    return time == null ? null : time.toEpochMilli();
  }

  private static Pipeline pipeline(ResultSet row) throws SQLException {
    String stages = row.getString("stages");
    return new Pipeline(
        row.getLong("id"),
        row.getLong("iid"),
        row.getLong("project_id"),
        row.getLong("user_id"),
        row.getString("sha"),
        row.getString("before_sha"),
        row.getString("ref"),
        row.getBoolean("tag"),
        row.getString("source"),
        row.getString("status"),
        stages.isEmpty() ? List.of() : List.of(stages.split("\n", -1)),
        row.getString("yaml_errors"),
        Instant.ofEpochMilli(row.getLong("created_at")),
        Instant.ofEpochMilli(row.getLong("updated_at")),
        time(row, "started_at"),
        time(row, "finished_at"));
  }

  /** Adds it, and answers with the numbers that it got. */
  static Pipeline insert(Handle handle, Pipeline pipeline) {
    long id =
        handle
            .createUpdate(
                "insert into pipelines (iid, project_id, user_id, sha, before_sha, ref, tag,"
                    + " source, status, stages, yaml_errors, created_at, updated_at, started_at,"
                    + " finished_at) values ((select coalesce(max(iid), 0) + 1 from pipelines"
                    + " where project_id = :project), :project, :user, :sha, :before, :ref, :tag,"
                    + " :source, :status, :stages, :errors, :created, :created, :started,"
                    + " :finished)")
            .bind("project", pipeline.projectId())
            .bind("user", pipeline.userId())
            .bind("sha", pipeline.sha())
            .bind("before", pipeline.beforeSha())
            .bind("ref", pipeline.ref())
            .bind("tag", pipeline.tag())
            .bind("source", pipeline.source())
            .bind("status", pipeline.status())
            .bind("stages", String.join("\n", pipeline.stages()))
            .bind("errors", pipeline.yamlErrors())
            .bind("created", pipeline.createdAt().toEpochMilli())
            .bind("started", millis(pipeline.startedAt()))
            .bind("finished", millis(pipeline.finishedAt()))
            .executeAndReturnGeneratedKeys("id")
            .mapTo(Long.class)
            .one();
    return byId(handle, id).orElseThrow();
  }

  /** Writes its state and times. */
  static void update(Handle handle, Pipeline pipeline) {
    handle.execute(
        "update pipelines set status = ?, updated_at = ?, started_at = ?, finished_at = ?"
            + " where id = ?",
        pipeline.status(),
        pipeline.updatedAt().toEpochMilli(),
        millis(pipeline.startedAt()),
        millis(pipeline.finishedAt()),
        pipeline.id());
  }

  public static Optional<Pipeline> byId(Handle handle, long id) {
    return handle
        .createQuery("select * from pipelines where id = :id")
        .bind("id", id)
        .map((row, context) -> pipeline(row))
        .findOne();
  }

  /** How many the filter lets through. */
  public static long count(Handle handle, Filter filter) {
    return bound(handle, "select count(*) from pipelines", filter, "").mapTo(Long.class).one();
  }

  /** A slice of what the filter lets through. */
  public static List<Pipeline> list(Handle handle, Filter filter, int offset, int limit) {
    String order =
        " order by %s %s, id %s limit %d offset %d"
            .formatted(filter.orderBy(), filter.sort(), filter.sort(), limit, offset);
    return bound(handle, "select * from pipelines", filter, order)
        .map((row, context) -> pipeline(row))
        .list();
  }

  private static org.jdbi.v3.core.statement.Query bound(
      Handle handle, String select, Filter filter, String order) {
    StringBuilder sql = new StringBuilder(select + " where project_id = :project");
    filter.equal().keySet().forEach(name -> sql.append(" and %s = :%s".formatted(name, name)));
    var query = handle.createQuery(sql + order).bind("project", filter.projectId());
    filter.equal().forEach(query::bind);
    return query;
  }

  /** Seconds from the making of a pipeline to its start. */
  static @Nullable Double queued(Pipeline pipeline) {
    return Times.seconds(pipeline.createdAt(), pipeline.startedAt());
  }
}
