package org.newci.standin.runner;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
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

  /** All, in order of their numbers. */
  static List<Runner> all(Handle handle) {
    return handle
        .createQuery("select * from runners order by id")
        .map((row, context) -> runner(row))
        .list();
  }

  /** Where a runner comes from, and what only people look at. */
  record Origin(
      Instant createdAt, @Nullable Long creatorId, boolean locked, @Nullable String note) {}

  static Origin origin(Handle handle, long id) {
    return handle
        .createQuery(
            "select created_at, creator_id, locked, maintenance_note from runners where id = :id")
        .bind("id", id)
        .map(
            (row, context) -> {
              long creator = row.getLong("creator_id");
              return new Origin(
                  Instant.ofEpochMilli(row.getLong("created_at")),
                  row.wasNull() ? null : creator,
                  row.getBoolean("locked"),
                  row.getString("maintenance_note"));
            })
        .findOne()
        .orElse(new Origin(Instant.EPOCH, null, false, null));
  }

  static void saveOrigin(Handle handle, long id, Origin origin) {
    handle.execute(
        "update runners set creator_id = ?, locked = ?, maintenance_note = ? where id = ?",
        origin.creatorId(),
        origin.locked(),
        origin.note(),
        id);
  }

  /** Writes what people can change of it. */
  static void update(Handle handle, Runner runner) {
    handle.execute(
        "update runners set description = ?, tags = ?, run_untagged = ?, paused = ?,"
            + " maximum_timeout = ? where id = ?",
        runner.description(),
        String.join(",", runner.tags()),
        runner.runUntagged(),
        runner.paused(),
        runner.maximumTimeout(),
        runner.id());
  }

  /** Gives it another token; the former one is worth nothing any more. */
  public static void changeToken(Handle handle, long id, Secret token) {
    handle.execute("update runners set token_sha256 = ? where id = ?", token.sha256(), id);
  }

  /** Takes it away; its token is worth nothing any more. */
  public static void remove(Handle handle, long id) {
    handle.execute("delete from runners where id = ?", id);
  }
}
