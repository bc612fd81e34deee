package org.newci.standin.group;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.newci.standin.database.Database;
import org.newci.standin.user.Users;

/** All groups, and how a new one is added. */
public final class Groups {

  private final Database database;
  private final Users users;

  private Groups(Database database, Users users) {
    this.database = database;
    this.users = users;
  }

  /** Makes the groups that there are known to whoever asks for a project's namespace. */
  public static Groups load(Database database, Users users) {
    Groups groups = new Groups(database, users);
    groups.all().forEach(group -> users.know(group.namespace()));
    return groups;
  }

  List<Group> all() {
    return database.read(Groups::all);
  }

  private static List<Group> all(Handle handle) {
    Map<Long, Group> known = new HashMap<>();
    // A group has a higher number than the one around it.
    return handle
        .createQuery(
            "select g.*, u.username, u.created_at from groups g join users u on u.id = g.id"
                + " order by g.id")
        .map(
            (row, context) -> {
              long parent = row.getLong("parent_id");
              boolean top = row.wasNull();
              Group around = top ? null : known.get(parent);
              String name = row.getString("name");
              Group group =
                  new Group(
                      row.getLong("id"),
                      top ? null : parent,
                      row.getString("path"),
                      row.getString("username"),
                      name,
                      around == null ? name : around.fullName() + " / " + name,
                      row.getString("description"),
                      row.getString("visibility"),
                      Instant.ofEpochMilli(row.getLong("created_at")));
              known.put(group.id(), group);
              return group;
            })
        .list();
  }

  /** By number, or by full path whatever the case. */
  Optional<Group> find(String idOrPath) {
    return all().stream()
        .filter(
            group ->
                idOrPath.matches("\\d{1,18}")
                    ? String.valueOf(group.id()).equals(idOrPath)
                    : group.fullPath().equalsIgnoreCase(idOrPath))
        .findFirst();
  }

  /** What a new group has; the rest comes by itself. */
  record Wanted(
      @Nullable Group parent, String path, String name, String description, String visibility) {

    String fullPath() {
      return parent == null ? path : parent.fullPath() + "/" + path;
    }
  }

  /** Adds it. */
  Group add(Handle handle, Wanted wanted, long creatorId) {
    long id = users.addGroup(handle, wanted.fullPath());
    handle.execute(
        "insert into groups (id, parent_id, path, name, description, visibility, creator_id)"
            + " values (?, ?, ?, ?, ?, ?, ?)",
        id,
        wanted.parent() == null ? null : wanted.parent().id(),
        wanted.path(),
        wanted.name(),
        wanted.description(),
        wanted.visibility(),
        creatorId);
    return all(handle).stream().filter(group -> group.id() == id).findFirst().orElseThrow();
  }

  /** Writes what can be changed of it. */
  Group update(Handle handle, long id, String name, String description, String visibility) {
    handle.execute(
        "update groups set name = ?, description = ?, visibility = ? where id = ?",
        name,
        description,
        visibility,
        id);
    return all(handle).stream().filter(group -> group.id() == id).findFirst().orElseThrow();
  }

  /** After the commit: what the namespace is called now. */
  void know(Group group) {
    users.know(group.namespace());
  }
}
