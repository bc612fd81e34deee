package org.newci.standin.runner;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.newci.standin.user.Secret;

/** Reads and writes runners inside the transaction of whoever calls. */
public final class RunnerStore {

  private RunnerStore() {}

  private static Runner runner(ResultSet row) throws SQLException {
    String tags = row.getString("tags");
    long project = row.getLong("project_id");
    boolean everywhere = row.wasNull();
    int timeout = row.getInt("maximum_timeout");
    boolean unlimited = row.wasNull();
    return new Runner(
        row.getLong("id"),
        row.getString("runner_type"),
        everywhere ? null : project,
        row.getString("description"),
        tags.isEmpty() ? List.of() : List.of(tags.split(",", -1)),
        row.getBoolean("run_untagged"),
        row.getBoolean("paused"),
        unlimited ? null : timeout);
  }

  /** The runner with that token. */
  public static Optional<Runner> byToken(Handle handle, Secret token) {
    return handle
        .createQuery("select * from runners where token_sha256 = :token")
        .bind("token", token.sha256())
        .map((row, context) -> runner(row))
        .findOne();
  }

  public static Optional<Runner> byId(Handle handle, long id) {
    return handle
        .createQuery("select * from runners where id = :id")
        .bind("id", id)
        .map((row, context) -> runner(row))
        .findOne();
  }

  /** Adds it, and answers with the number that it got; one with this token stays as it is. */
  public static Runner add(Handle handle, Runner runner, Secret token, Instant now) {
    handle.execute(
        "insert into runners (token_sha256, runner_type, project_id, description, tags,"
            + " run_untagged, paused, maximum_timeout, created_at)"
            + " values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing",
        token.sha256(),
        runner.type(),
        runner.projectId(),
        runner.description(),
        String.join(",", runner.tags()),
        runner.runUntagged(),
        runner.paused(),
        runner.maximumTimeout(),
        now.toEpochMilli());
    return byToken(handle, token).orElseThrow();
  }

  /** Takes it away; its token is worth nothing any more. */
  public static void remove(Handle handle, long id) {
    handle.execute("delete from runners where id = ?", id);
  }
}
