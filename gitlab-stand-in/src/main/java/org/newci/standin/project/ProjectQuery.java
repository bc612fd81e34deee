package org.newci.standin.project;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.newci.standin.rest.Params;
import org.newci.standin.user.User;

/**
 * What a list of projects is narrowed by, as SQL conditions and the values that they name.
 *
 * @param order a column
 * @param ascending lowest first
 */
record ProjectQuery(
    List<String> where, Map<String, Object> values, String order, boolean ascending) {

  static final List<String> VISIBILITIES = List.of("private", "internal", "public");

  private static final Map<String, String> ORDERS =
      Map.of(
          "id", "id",
          "name", "name collate nocase",
          "path", "path collate nocase",
          "created_at", "created_at",
          "updated_at", "updated_at",
          "last_activity_at", "updated_at");

  /** Groups in which the user has that level, with all inside of them. */
  private static final String MY_GROUPS =
      "(with recursive mine(id) as (select source_id from members where user_id = :user"
          + " and source = 'group' and access_level >= :level union select g.id from groups g"
          + " join mine on g.parent_id = mine.id) select id from mine)";

  private static final String MEMBER =
      "(namespace_id = :user or namespace_id in "
          + MY_GROUPS
          + " or id in (select source_id from members where user_id = :user and source = 'project'"
          + " and access_level >= :level))";

  /** From the parameters of {@code GET /projects}, as far as that user may see. */
  static ProjectQuery of(User user, Params params) {
    params.refuse(
        List.of(
            "with_programming_language",
            "topic",
            "topic_id",
            "repository_storage",
            "updated_after",
            "updated_before",
            "last_activity_after",
            "last_activity_before"));
    List<String> where = new ArrayList<>();
    Map<String, Object> values = new HashMap<>();
    boolean owned = params.flag("owned", false);
    boolean member = owned || params.flag("membership", false) || params.has("min_access_level");
    int level = owned ? 50 : params.number("min_access_level", 10, 0);
    if (member) {
      where.add(MEMBER);
    } else if (!user.admin()) {
      where.add(
          "(visibility = 'public' "
              + (user.bot() ? "" : "or visibility = 'internal' ")
              + "or "
              + MEMBER
              + ")");
    }
    if (member || !user.admin()) {
      values.put("user", user.id());
      values.put("level", level);
    }
    addFilters(params, where, values);
    return new ProjectQuery(
        where,
        values,
        params.word("order_by", "created_at", List.copyOf(ORDERS.keySet())),
        params.word("sort", "desc", List.of("asc", "desc")).equals("asc"));
  }

  private static void addFilters(Params params, List<String> where, Map<String, Object> values) {
    String search = params.text("search", "");
    if (!search.isEmpty()) {
      String full =
          params.flag("search_namespaces", false)
              ? " or instr(lower(namespace || '/' || path), :search)"
              : "";
      where.add("(instr(lower(path), :search) or instr(lower(name), :search)" + full + ")");
      values.put("search", search.toLowerCase(Locale.ROOT));
    }
    if (params.has("visibility")) {
      where.add("visibility = :visibility");
      values.put("visibility", params.word("visibility", "", VISIBILITIES));
    }
    if (params.has("archived")) {
      where.add(
          params.flag("archived", false)
              ? "marked_for_deletion_on is not null"
              : "marked_for_deletion_on is null");
    }
    if (params.flag("starred", false)) {
      where.add("false");
    }
    addNumber(params, "id_after", "id > :id_after", where, values);
    addNumber(params, "id_before", "id < :id_before", where, values);
  }

  private static void addNumber(
      Params params,
      String name,
      String condition,
      List<String> where,
      Map<String, Object> values) {
    if (params.has(name)) {
      where.add(condition);
      values.put(name, params.number(name, 0, 0));
    }
  }

  /** Narrowed to one more condition. */
  ProjectQuery and(String condition, Map<String, ?> more) {
    List<String> both = new ArrayList<>(where);
    both.add(condition);
    Map<String, Object> all = new HashMap<>(values);
    all.putAll(more);
    return new ProjectQuery(both, all, order, ascending);
  }

  String condition() {
    return where.isEmpty() ? "true" : String.join(" and ", where);
  }

  String orderBy() {
    String direction = ascending ? " asc" : " desc";
    return ORDERS.get(order) + direction + ", id" + direction;
  }
}
