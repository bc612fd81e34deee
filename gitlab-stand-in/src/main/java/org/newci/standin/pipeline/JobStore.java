package org.newci.standin.pipeline;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.newci.standin.ci.JobSpec;

/** Reads and writes jobs inside the transaction of whoever calls. */
public final class JobStore {

  private JobStore() {}

  private static Job job(ResultSet row) throws SQLException {
    String file = row.getString("artifacts_file");
    long runner = row.getLong("runner_id");
    boolean noRunner = row.wasNull();
    int exit = row.getInt("exit_code");
    boolean noExit = row.wasNull();
    return new Job(
        row.getLong("id"),
        row.getLong("pipeline_id"),
        row.getLong("project_id"),
        JobDefinition.read(row.getString("definition")),
        JobState.ofWord(row.getString("status")),
        row.getInt("timeout"),
        noRunner ? null : runner,
        row.getBoolean("cancel_gracefully"),
        row.getString("failure_reason"),
        noExit ? null : exit,
        file == null ? null : new Job.Artifacts(file, row.getLong("artifacts_size")),
        new Job.Times(
            Instant.ofEpochMilli(row.getLong("created_at")),
            PipelineStore.time(row, "queued_at"),
            PipelineStore.time(row, "started_at"),
            PipelineStore.time(row, "finished_at"),
            PipelineStore.time(row, "heard_at")));
  }

  /** Adds it in the state created. */
  static Job insert(Handle handle, Pipeline pipeline, JobSpec spec, int position, int timeout) {
    long id =
        handle
            .createUpdate(
                "insert into jobs (pipeline_id, project_id, position, name, stage, definition,"
                    + " status, tags, allow_failure, timeout, created_at) values (:pipeline,"
                    + " :project, :position, :name, :stage, :definition, 'created', :tags,"
                    + " :allow, :timeout, :created)")
            .bind("pipeline", pipeline.id())
            .bind("project", pipeline.projectId())
            .bind("position", position)
            .bind("name", spec.name())
            .bind("stage", spec.stage())
            .bind("definition", JobDefinition.write(spec))
            .bind("tags", String.join(",", spec.tags()))
            .bind("allow", spec.allowFailure())
            .bind("timeout", timeout)
            .bind("created", pipeline.createdAt().toEpochMilli())
            .executeAndReturnGeneratedKeys("id")
            .mapTo(Long.class)
            .one();
    return byId(handle, id).orElseThrow();
  }

  /** Writes how it fares. */
  static void update(Handle handle, Job job) {
    handle.execute(
        "update jobs set status = ?, timeout = ?, runner_id = ?, cancel_gracefully = ?,"
            + " failure_reason = ?, exit_code = ?, queued_at = ?, started_at = ?,"
            + " finished_at = ?, heard_at = ? where id = ?",
        job.state().word(),
        job.timeout(),
        job.runnerId(),
        job.cancelGracefully(),
        job.failureReason(),
        job.exitCode(),
        PipelineStore.millis(job.times().queued()),
        PipelineStore.millis(job.times().started()),
        PipelineStore.millis(job.times().finished()),
        PipelineStore.millis(job.times().heard()),
        job.id());
  }

  /** Notes a sign of life of its runner. */
  static void heard(Handle handle, long id, Instant now) {
    handle.execute("update jobs set heard_at = ? where id = ?", now.toEpochMilli(), id);
  }

  /** Notes the archive that was handed in. */
  static void artifacts(Handle handle, long id, Job.Artifacts artifacts) {
    handle.execute(
        "update jobs set artifacts_file = ?, artifacts_size = ? where id = ?",
        artifacts.filename(),
        artifacts.size(),
        id);
  }

  public static Optional<Job> byId(Handle handle, long id) {
    return handle
        .createQuery("select * from jobs where id = :id")
        .bind("id", id)
        .map((row, context) -> job(row))
        .findOne();
  }

  /** All jobs of a pipeline, in order. */
  public static List<Job> ofPipeline(Handle handle, long pipelineId) {
    return handle
        .createQuery("select * from jobs where pipeline_id = :pipeline order by position")
        .bind("pipeline", pipelineId)
        .map((row, context) -> job(row))
        .list();
  }

  /** A slice of a project's jobs, newest first. */
  public static List<Job> ofProject(Handle handle, long projectId, int offset, int limit) {
    return handle
        .createQuery(
            "select * from jobs where project_id = :project order by id desc limit %d offset %d"
                .formatted(limit, offset))
        .bind("project", projectId)
        .map((row, context) -> job(row))
        .list();
  }

  /** How many jobs a project has. */
  public static long count(Handle handle, long projectId) {
    return handle
        .createQuery("select count(*) from jobs where project_id = :project")
        .bind("project", projectId)
        .mapTo(Long.class)
        .one();
  }

  /** Who wait for a runner, the oldest first. */
  static List<Job> pending(Handle handle) {
    return handle
        .createQuery("select * from jobs where status = 'pending' order by id")
        .map((row, context) -> job(row))
        .list();
  }

  /** Whom runners have now. */
  static List<Job> withRunner(Handle handle) {
    return handle
        .createQuery("select * from jobs where status in ('running', 'canceling') order by id")
        .map((row, context) -> job(row))
        .list();
  }
}
