package org.newci.standin.member;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.newci.standin.user.User;

/** Reads and writes memberships inside the transaction of whoever calls. */
public final class Members {

  /** The group of the query, and all around it. */
  private static final String AROUND =
      "with recursive around(id) as (select :group union"
          + " select g.parent_id from groups g join around a on g.id = a.id"
          + " where g.parent_id is not null) ";

  private Members() {}

  /** What one is a member of. */
  public enum Source {
    PROJECT,
    GROUP;

    String word() {
      return this == PROJECT ? "project" : "group";
    }
  }

  /** One membership. */
  public record Member(long sourceId, long userId, AccessLevel level, Instant createdAt) {}

  private static Member member(ResultSet row) throws SQLException {
    return new Member(
        row.getLong("source_id"),
        row.getLong("user_id"),
        AccessLevel.of(row.getInt("access_level")).orElse(AccessLevel.NONE),
        Instant.ofEpochMilli(row.getLong("created_at")));
  }

  /** The level of that user in that project of that namespace. */
  public static AccessLevel level(Handle handle, User user, long projectId, long namespaceId) {
    if (user.admin() || user.id() == namespaceId) {
      return AccessLevel.OWNER;
    }
    AccessLevel own =
        direct(handle, Source.PROJECT, projectId, user.id())
            .map(Member::level)
            .orElse(AccessLevel.NONE);
    AccessLevel inherited = inGroup(handle, user, namespaceId);
    return own.atLeast(inherited) ? own : inherited;
  }

  /** The level of that user in that group, its own or one from a group around it. */
  public static AccessLevel inGroup(Handle handle, User user, long groupId) {
    if (user.admin()) {
      return AccessLevel.OWNER;
    }
    return handle
        .createQuery(
            AROUND
                + "select max(access_level) from members where source = 'group'"
                + " and user_id = :user and source_id in (select id from around)")
        .bind("group", groupId)
        .bind("user", user.id())
        .mapTo(Integer.class)
        .findOne()
        .flatMap(AccessLevel::of)
        .orElse(AccessLevel.NONE);
  }

  /** That user's own membership, not an inherited one. */
  public static Optional<Member> direct(Handle handle, Source source, long id, long userId) {
    return of(handle, source, id).stream().filter(m -> m.userId() == userId).findFirst();
  }

  /** A project's or group's own members. */
  public static List<Member> of(Handle handle, Source source, long id) {
    return handle
        .createQuery(
            "select * from members where source = :source and source_id = :id order by user_id")
        .bind("source", source.word())
        .bind("id", id)
        .map((row, context) -> member(row))
        .list();
  }

  /** The members of a group and of those around it. */
  public static List<Member> around(Handle handle, long groupId) {
    return handle
        .createQuery(
            AROUND
                + "select * from members where source = 'group'"
                + " and source_id in (select id from around) order by user_id, access_level desc")
        .bind("group", groupId)
        .map((row, context) -> member(row))
        .list();
  }

  /** Adds or changes a membership. */
  public static void save(
      Handle handle, Source source, long id, long userId, AccessLevel level, Instant now) {
    handle.execute(
        "insert into members (source, source_id, user_id, access_level, created_at)"
            + " values (?, ?, ?, ?, ?) on conflict (source, source_id, user_id)"
            + " do update set access_level = excluded.access_level",
        source.word(),
        id,
        userId,
        level.number(),
        now.toEpochMilli());
  }

  /** Takes a membership away. */
  public static void remove(Handle handle, Source source, long id, long userId) {
    handle.execute(
        "delete from members where source = ? and source_id = ? and user_id = ?",
        source.word(),
        id,
        userId);
  }
}
