package org.newci.standin.pipeline;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.newci.standin.ci.Workflow;

/** Reads and writes pipelines inside the transaction of whoever calls. */
public final class PipelineStore {

  private PipelineStore() {}

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
        time(row, "finished_at"),
        GivenVariable.read(row.getString("variables")),
        new Workflow(
            Objects.requireNonNullElse(row.getString("name"), ""),
            Workflow.OnNewCommit.valueOf(row.getString("on_new_commit")),
            Workflow.OnJobFailure.valueOf(row.getString("on_job_failure"))));
  }

  /** Adds it, and answers with the numbers that it got. */
  static Pipeline insert(Handle handle, Pipeline pipeline) {
    long id =
        handle
            .createUpdate(
                "insert into pipelines (iid, project_id, user_id, sha, before_sha, ref, tag,"
                    + " source, status, stages, yaml_errors, created_at, updated_at, started_at,"
                    + " finished_at, variables, name, on_new_commit, on_job_failure) values"
                    + " ((select coalesce(max(iid), 0) + 1 from pipelines where project_id ="
                    + " :project), :project, :user, :sha, :before, :ref, :tag, :source, :status,"
                    + " :stages, :errors, :created, :created, :started, :finished, :variables,"
                    + " :name, :on_new_commit, :on_job_failure)")
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
            .bind("variables", GivenVariable.write(pipeline.variables()))
            .bind("name", pipeline.workflow().name().isEmpty() ? null : pipeline.workflow().name())
            .bind("on_new_commit", pipeline.workflow().onNewCommit().name())
            .bind("on_job_failure", pipeline.workflow().onJobFailure().name())
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
  public static long count(Handle handle, PipelineFilter filter) {
    return filter.query(handle, "count(*)", "").mapTo(Long.class).one();
  }

  /** A slice of what the filter lets through. */
  public static List<Pipeline> list(Handle handle, PipelineFilter filter, int offset, int limit) {
    return filter
        .query(handle, "*", " limit %d offset %d".formatted(limit, offset))
        .map((row, context) -> pipeline(row))
        .list();
  }

  /** The newest of that commit on that ref. */
  static Optional<Pipeline> latest(Handle handle, long projectId, String ref, String sha) {
    return handle
        .createQuery(
            "select * from pipelines where project_id = :project and ref = :ref and sha = :sha"
                + " order by id desc limit 1")
        .bind("project", projectId)
        .bind("ref", ref)
        .bind("sha", sha)
        .map((row, context) -> pipeline(row))
        .findOne();
  }

  /** Pipelines of the same ref for other commits, made before that one, that are not over. */
  static List<Pipeline> olderOpen(Handle handle, Pipeline newer, Instant since) {
    return handle
        .createQuery(
            "select * from pipelines where project_id = :project and ref = :ref and tag = :tag"
                + " and sha <> :sha and id < :id and created_at > :since"
                + " and status not in ('success', 'failed', 'canceled', 'skipped', 'canceling')")
        .bind("project", newer.projectId())
        .bind("ref", newer.ref())
        .bind("tag", newer.tag())
        .bind("sha", newer.sha())
        .bind("id", newer.id())
        .bind("since", since.toEpochMilli())
        .map((row, context) -> pipeline(row))
        .list();
  }

  /** Whether a project wants needless pipelines cancelled (auto_cancel_pending_pipelines). */
  static boolean autoCancels(Handle handle, long projectId) {
    return handle
        .createQuery("select auto_cancel_pending_pipelines from projects where id = :id")
        .bind("id", projectId)
        .mapTo(Boolean.class)
        .findOne()
        .orElse(true);
  }

  /** Takes a pipeline and its jobs out of the tables. */
  static void remove(Handle handle, long id) {
    handle.execute("delete from jobs where pipeline_id = ?", id);
    handle.execute("delete from pipelines where id = ?", id);
  }
}
