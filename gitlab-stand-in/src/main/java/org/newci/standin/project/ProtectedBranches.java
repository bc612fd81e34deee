package org.newci.standin.project;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.newci.standin.member.AccessLevel;

/** Reads and writes protected branches inside the transaction of whoever calls. */
public final class ProtectedBranches {

  private ProtectedBranches() {}

  /**
   * One rule.
   *
   * @param name a branch, or a pattern with {@code *}
   * @param push the level from which on one may push; NONE for nobody, 60 is not known here
   */
  public record Rule(
      long id, String name, AccessLevel push, AccessLevel merge, boolean allowForcePush) {

    /** Whether it is about that branch. */
    public boolean matches(String branch) {
      String pattern = Pattern.quote(name).replace("*", "\\E.*\\Q");
      return branch.matches(pattern);
    }

    Map<String, Object> json() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("id", id);
      json.put("name", name);
      json.put("push_access_levels", List.of(level(push)));
      json.put("merge_access_levels", List.of(level(merge)));
      json.put("allow_force_push", allowForcePush);
      return json;
    }

    private Map<String, Object> level(AccessLevel level) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("id", id);
      json.put("access_level", level.number());
      json.put(
          "access_level_description",
          switch (level) {
            case DEVELOPER -> "Developers + Maintainers";
            case MAINTAINER -> "Maintainers";
            default -> "No one";
          });
      json.put("deploy_key_id", null);
      return json;
    }
  }

  /** All of a project, by name. */
  public static List<Rule> all(Handle handle, long projectId) {
    return handle
        .createQuery(
            "select rowid as id, * from protected_branches where project_id = :project"
                + " order by name")
        .bind("project", projectId)
        .map(
            (row, context) ->
                new Rule(
                    row.getLong("id"),
                    row.getString("name"),
                    AccessLevel.of(row.getInt("push_access_level")).orElse(AccessLevel.NONE),
                    AccessLevel.of(row.getInt("merge_access_level")).orElse(AccessLevel.NONE),
                    row.getBoolean("allow_force_push")))
        .list();
  }

  /** The rules about that branch; none when it is not protected. */
  public static List<Rule> of(Handle handle, long projectId, String branch) {
    return all(handle, projectId).stream().filter(rule -> rule.matches(branch)).toList();
  }

  /** The rule of exactly that name. */
  public static Optional<Rule> named(Handle handle, long projectId, String name) {
    return all(handle, projectId).stream().filter(rule -> rule.name().equals(name)).findFirst();
  }

  /** Whether someone of that level may push to a branch with these rules. */
  public static boolean mayPush(List<Rule> rules, AccessLevel level) {
    return rules.isEmpty()
        || rules.stream()
            .anyMatch(rule -> rule.push() != AccessLevel.NONE && level.atLeast(rule.push()));
  }

  /** Adds or replaces the rule of that name. */
  static void save(Handle handle, long projectId, Rule rule) {
    handle.execute(
        "insert into protected_branches (project_id, name, allow_force_push, push_access_level,"
            + " merge_access_level) values (?, ?, ?, ?, ?) on conflict (project_id, name)"
            + " do update set allow_force_push = excluded.allow_force_push,"
            + " push_access_level = excluded.push_access_level,"
            + " merge_access_level = excluded.merge_access_level",
        projectId,
        rule.name(),
        rule.allowForcePush(),
        rule.push().number(),
        rule.merge().number());
  }

  static void remove(Handle handle, long projectId, String name) {
    handle.execute(
        "delete from protected_branches where project_id = ? and name = ?", projectId, name);
  }
}
