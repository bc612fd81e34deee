package org.newci.standin.user;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.newci.standin.rest.Times;

/** Reads and writes access tokens inside the transaction of whoever calls. */
public final class TokenStore {

  private static final RowMapper<AccessToken> ROW = (row, context) -> token(row);

  private TokenStore() {}

  private static AccessToken token(ResultSet row) throws SQLException {
    long project = row.getLong("project_id");
    boolean personal = row.wasNull();
    int level = row.getInt("access_level");
    long used = row.getLong("last_used_at");
    boolean neverUsed = row.wasNull();
    String expires = row.getString("expires_on");
    return new AccessToken(
        row.getLong("id"),
        row.getLong("user_id"),
        personal ? null : project,
        row.getString("name"),
        row.getString("description"),
        List.of(row.getString("scopes").split(",", -1)),
        personal ? null : level,
        Instant.ofEpochMilli(row.getLong("created_at")),
        expires == null ? null : LocalDate.parse(expires),
        Times.ofMillis(neverUsed ? null : used),
        row.getBoolean("revoked"));
  }

  /** The token with that secret, whatever it is still worth. */
  public static Optional<AccessToken> bySecret(Handle handle, Secret secret) {
    return handle
        .createQuery("select * from access_tokens where sha256 = :sha256")
        .bind("sha256", secret.sha256())
        .map(ROW)
        .findOne();
  }

  public static Optional<AccessToken> byId(Handle handle, long id) {
    return handle
        .createQuery("select * from access_tokens where id = :id")
        .bind("id", id)
        .map(ROW)
        .findOne();
  }

  /** All tokens of a project. */
  public static List<AccessToken> ofProject(Handle handle, long projectId) {
    return handle
        .createQuery("select * from access_tokens where project_id = :project order by id")
        .bind("project", projectId)
        .map(ROW)
        .list();
  }

  /** All personal tokens of a user, or of everybody. */
  public static List<AccessToken> personal(Handle handle, Optional<Long> userId) {
    return handle
        .createQuery(
            "select * from access_tokens where project_id is null"
                + " and (:everybody or user_id = :user) order by id")
        .bind("everybody", userId.isEmpty())
        .bind("user", userId.orElse(0L))
        .map(ROW)
        .list();
  }

  /** Adds it, and answers with the number that it got. */
  public static AccessToken add(Handle handle, AccessToken token, Secret secret) {
    handle.execute(
        "insert into access_tokens (sha256, user_id, project_id, name, description, scopes,"
            + " access_level, created_at, expires_on) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        secret.sha256(),
        token.userId(),
        token.projectId(),
        token.name(),
        token.description(),
        String.join(",", token.scopes()),
        token.accessLevel(),
        token.createdAt().toEpochMilli(),
        token.expiresOn() == null ? null : token.expiresOn().toString());
    return bySecret(handle, secret).orElseThrow();
  }

  /** Makes it worth nothing. */
  public static void revoke(Handle handle, long id) {
    handle.execute("update access_tokens set revoked = 1 where id = ?", id);
  }

  /** Notes that it was used. */
  static void used(Handle handle, long id, Instant now) {
    handle.execute(
        "update access_tokens set last_used_at = ? where id = ?", now.toEpochMilli(), id);
  }

  /** Keeps a token of the set-up's file; one that was revoked stays so. */
  static void keep(Handle handle, long userId, Secret secret, String scopes, Instant now) {
    handle.execute(
        "insert into access_tokens (sha256, user_id, name, scopes, created_at, from_file)"
            + " values (?, ?, 'set up with the server', ?, ?, 1)"
            + " on conflict (sha256) do update set scopes = excluded.scopes",
        secret.sha256(),
        userId,
        scopes,
        now.toEpochMilli());
  }

  /** Forgets tokens of the set-up's file that are no longer in it. */
  static void forgetOthers(Handle handle, List<Secret> kept) {
    List<String> known =
        handle
            .createQuery("select sha256 from access_tokens where from_file")
            .mapTo(String.class)
            .list();
    for (String sha256 : known) {
      if (!kept.contains(new Secret(sha256))) {
        handle.execute("delete from access_tokens where sha256 = ?", sha256);
      }
    }
  }
}
