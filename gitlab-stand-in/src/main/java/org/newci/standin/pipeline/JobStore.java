package org.newci.standin.pipeline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.newci.shell.json.Json;
import org.newci.standin.ci.JobSpec;

/** Reads and writes jobs inside the transaction of whoever calls. */
public final class JobStore {

  private static final TypeReference<List<Job.Artifact>> ARTIFACTS = new TypeReference<>() {};

  private JobStore() {}

  private static Job job(ResultSet row) throws SQLException {
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
        row.getBoolean("retried"),
        GivenVariable.read(row.getString("given_variables")),
        new Job.Left(
            artifacts(row.getString("artifacts")),
            GivenVariable.read(row.getString("dotenv")),
            PipelineStore.time(row, "artifacts_expire_at"),
            PipelineStore.time(row, "erased_at")),
        new Job.Times(
            Instant.ofEpochMilli(row.getLong("created_at")),
            PipelineStore.time(row, "queued_at"),
            PipelineStore.time(row, "started_at"),
            PipelineStore.time(row, "finished_at"),
            PipelineStore.time(row, "heard_at"),
            PipelineStore.time(row, "scheduled_at")));
  }

  private static List<Job.Artifact> artifacts(String json) {
    try {
      return Json.lenient().readValue(json, ARTIFACTS);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a job's list of artifacts cannot be read", e);
    }
  }

  /** Adds it in the state created. */
  static Job insert(Handle handle, Pipeline pipeline, JobSpec spec, int position, int timeout) {
    long id =
        handle
            .createUpdate(
                "insert into jobs (pipeline_id, project_id, position, name, stage, definition,"
                    + " status, tags, allow_failure, timeout, created_at, resource_group)"
                    + " values (:pipeline, :project, :position, :name, :stage, :definition,"
                    + " 'created', :tags, :allow, :timeout, :created, :group)")
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
            .bind("group", spec.resourceGroup().orElse(null))
            .executeAndReturnGeneratedKeys("id")
            .mapTo(Long.class)
            .one();
    return byId(handle, id).orElseThrow();
  }

  /** Adds another one in the place of that one, which is retried by it. */
  static Job insertAgain(Handle handle, Job job, Instant now) {
    long id =
        handle
            .createUpdate(
                "insert into jobs (pipeline_id, project_id, position, name, stage, definition,"
                    + " status, tags, allow_failure, timeout, created_at, resource_group) select pipeline_id,"
                    + " project_id, position, name, stage, definition, 'created', tags,"
                    + " allow_failure, timeout, :created, resource_group from jobs where id = :id")
            .bind("created", now.toEpochMilli())
            .bind("id", job.id())
            .executeAndReturnGeneratedKeys("id")
            .mapTo(Long.class)
            .one();
    handle.execute("update jobs set retried = 1 where id = ?", job.id());
    return byId(handle, id).orElseThrow();
  }

  /** Writes how it fares. */
  static void update(Handle handle, Job job) {
    handle.execute(
        "update jobs set status = ?, timeout = ?, runner_id = ?, cancel_gracefully = ?,"
            + " failure_reason = ?, exit_code = ?, queued_at = ?,"
            + " started_at = ?, finished_at = ?, heard_at = ?, scheduled_at = ? where id = ?",
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
        PipelineStore.millis(job.times().scheduled()),
        job.id());
  }

  /** Notes a sign of life of its runner. */
  static void heard(Handle handle, long id, Instant now) {
    handle.execute("update jobs set heard_at = ? where id = ?", now.toEpochMilli(), id);
  }

  /** Notes what the job has left behind. */
  static void left(Handle handle, long id, Job.Left left) {
    handle.execute(
        "update jobs set artifacts = ?, dotenv = ?, artifacts_expire_at = ?, erased_at = ?"
            + " where id = ?",
        Json.write(left.artifacts()),
        GivenVariable.write(left.dotenv()),
        PipelineStore.millis(left.expireAt()),
        PipelineStore.millis(left.erasedAt()),
        id);
  }

  /** Notes the variables of whoever played it. */
  static void given(Handle handle, long id, List<GivenVariable> variables) {
    handle.execute(
        "update jobs set given_variables = ? where id = ?", GivenVariable.write(variables), id);
  }

  public static Optional<Job> byId(Handle handle, long id) {
    return handle
        .createQuery("select * from jobs where id = :id")
        .bind("id", id)
        .map((row, context) -> job(row))
        .findOne();
  }

  /** The jobs of a pipeline that no newer one has replaced, in order. */
  public static List<Job> latest(Handle handle, long pipelineId) {
    return ofPipeline(handle, pipelineId).stream().filter(job -> !job.retried()).toList();
  }

  /** All jobs of a pipeline, in order; of one name the oldest first. */
  public static List<Job> ofPipeline(Handle handle, long pipelineId) {
    return handle
        .createQuery("select * from jobs where pipeline_id = :pipeline order by position, id")
        .bind("pipeline", pipelineId)
        .map((row, context) -> job(row))
        .list();
  }

  /** A slice of a project's jobs in these states (all, when there are none), newest first. */
  public static List<Job> ofProject(
      Handle handle, long projectId, List<String> states, int offset, int limit) {
    return ofProject(
            handle,
            "*",
            projectId,
            states,
            " order by id desc limit %d offset %d".formatted(limit, offset))
        .map((row, context) -> job(row))
        .list();
  }

  /** How many jobs in these states a project has. */
  public static long count(Handle handle, long projectId, List<String> states) {
    return ofProject(handle, "count(*)", projectId, states, "").mapTo(Long.class).one();
  }

  private static Query ofProject(
      Handle handle, String what, long projectId, List<String> states, String order) {
    String narrowed = states.isEmpty() ? "" : " and status in (<states>)";
    Query query =
        handle
            .createQuery(
                "select %s from jobs where project_id = :project%s%s"
                    .formatted(what, narrowed, order))
            .bind("project", projectId);
    return states.isEmpty() ? query : query.bindList("states", states);
  }

  /** The newest successful job of that name in a successful pipeline of that ref. */
  static Optional<Job> latestOfRef(Handle handle, long projectId, String ref, String name) {
    return handle
        .createQuery(
            "select j.* from jobs j join pipelines p on p.id = j.pipeline_id"
                + " where p.project_id = :project and p.ref = :ref and p.status = 'success'"
                + " and j.name = :name and j.status = 'success' and j.retried = 0"
                + " order by j.id desc limit 1")
        .bind("project", projectId)
        .bind("ref", ref)
        .bind("name", name)
        .map((row, context) -> job(row))
        .findOne();
  }

  /** How often that job was tried again before. */
  public static long retries(Handle handle, Job job) {
    return handle
        .createQuery(
            "select count(*) from jobs where pipeline_id = :pipeline and name = :name and id < :id")
        .bind("pipeline", job.pipelineId())
        .bind("name", job.name())
        .bind("id", job.id())
        .mapTo(Long.class)
        .one();
  }

  /** Whether a job of that resource group is on its way. */
  static boolean isBusy(Handle handle, long projectId, String group) {
    return handle
        .createQuery(
            "select exists (select 1 from jobs where project_id = :project"
                + " and resource_group = :group and status in ('pending', 'running', 'canceling'))")
        .bind("project", projectId)
        .bind("group", group)
        .mapTo(Boolean.class)
        .one();
  }

  /** The job of that resource group that has waited longest for it. */
  static Optional<Job> nextOfGroup(Handle handle, long projectId, String group) {
    return handle
        .createQuery(
            "select * from jobs where project_id = :project and resource_group = :group"
                + " and status = 'waiting_for_resource' order by id limit 1")
        .bind("project", projectId)
        .bind("group", group)
        .map((row, context) -> job(row))
        .findOne();
  }

  /** Delayed jobs whose time has come. */
  static List<Job> due(Handle handle, Instant now) {
    return handle
        .createQuery("select * from jobs where status = 'scheduled' and scheduled_at <= :now")
        .bind("now", now.toEpochMilli())
        .map((row, context) -> job(row))
        .list();
  }

  /** Jobs whose artifacts have had their time. */
  static List<Job> expired(Handle handle, Instant now) {
    return handle
        .createQuery(
            "select * from jobs where artifacts_expire_at <= :now and artifacts <> '[]' limit 100")
        .bind("now", now.toEpochMilli())
        .map((row, context) -> job(row))
        .list();
  }

  /** What decides which runner may have a job; the rest is read only of the one that is taken. */
  record Waiting(long id, long projectId, List<String> tags) {}

  /** Who wait for a runner, the oldest first. */
  static List<Waiting> waiting(Handle handle) {
    return handle
        .createQuery("select id, project_id, tags from jobs where status = 'pending' order by id")
        .map(
            (row, context) -> {
              String tags = row.getString("tags");
              return new Waiting(
                  row.getLong("id"),
                  row.getLong("project_id"),
                  tags.isEmpty() ? List.of() : List.of(tags.split(",", -1)));
            })
        .list();
  }

  /** Who have waited for a runner since before that time. */
  static List<Job> waitingSince(Handle handle, Instant time) {
    return handle
        .createQuery("select * from jobs where status = 'pending' and queued_at < :time")
        .bind("time", time.toEpochMilli())
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
