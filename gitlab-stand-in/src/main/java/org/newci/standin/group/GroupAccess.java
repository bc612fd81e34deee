package org.newci.standin.group;

import io.javalin.http.Context;
import org.newci.standin.database.Database;
import org.newci.standin.member.AccessLevel;
import org.newci.standin.member.Members;
import org.newci.standin.rest.RestError;
import org.newci.standin.user.User;
import org.newci.standin.user.Users;

/** Finds the group of a call's path, as far as the caller may know that it exists. */
public final class GroupAccess {

  private final Database database;
  private final Users users;
  private final Groups groups;

  public GroupAccess(Database database, Users users, Groups groups) {
    this.database = database;
    this.users = users;
    this.groups = groups;
  }

  /** A caller, the group that they ask for, and their level in it. */
  record Visit(User user, Group group, AccessLevel level) {

    Visit atLeast(AccessLevel needed) {
      if (!level.atLeast(needed)) {
        throw RestError.forbidden();
      }
      return this;
    }
  }

  /** 401, or 404 when it is not there for this caller. */
  Visit visible(Context ctx) {
    return visible(users.caller(ctx), ctx.pathParam("group"));
  }

  Visit visible(User user, String idOrPath) {
    return groups
        .find(idOrPath)
        .map(group -> new Visit(user, group, level(user, group)))
        .filter(visit -> visit.group().visibleAt(visit.level(), user))
        .orElseThrow(() -> RestError.notFound("Group"));
  }

  AccessLevel level(User user, Group group) {
    return database.read(handle -> Members.inGroup(handle, user, group.id()));
  }
}
