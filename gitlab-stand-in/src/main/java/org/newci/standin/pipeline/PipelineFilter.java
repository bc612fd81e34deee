package org.newci.standin.pipeline;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.newci.standin.rest.Params;
import org.newci.standin.rest.RestError;

/** What a list of pipelines is narrowed by, and its order. */
public final class PipelineFilter {

  private static final List<String> ORDERS =
      List.of("id", "status", "ref", "updated_at", "user_id");
  private static final List<String> STATES =
      List.of(
          "created",
          "waiting_for_resource",
          "preparing",
          "waiting_for_callback",
          "pending",
          "running",
          "success",
          "failed",
          "canceling",
          "canceled",
          "skipped",
          "manual",
          "scheduled");
  private static final Map<String, String> SCOPES =
      Map.of(
          "running", "status = 'running'",
          "pending", "status = 'pending'",
          "finished", "status in ('success', 'failed', 'canceled', 'skipped')",
          "branches", newestOf("tag = 0"),
          "tags", newestOf("tag = 1"));

  private final List<String> conditions = new ArrayList<>(List.of("project_id = :project"));
  private final Map<String, Object> values = new LinkedHashMap<>();
  private final String order;

  private PipelineFilter(long projectId, String order) {
    values.put("project", projectId);
    this.order = order;
  }

  private static String newestOf(String kind) {
    return "id in (select max(id) from pipelines where project_id = :project and %s group by ref)"
        .formatted(kind);
  }

  /** From the parameters of {@code GET /projects/:id/pipelines}; a wrong one is a 400. */
  public static PipelineFilter of(Params params, long projectId) {
    String sort = params.word("sort", "desc", List.of("asc", "desc"));
    String by = params.word("order_by", "id", ORDERS);
    PipelineFilter filter =
        new PipelineFilter(projectId, " order by %s %s, id %s".formatted(by, sort, sort));
    if (params.has("status")) {
      params.word("status", "", STATES);
    }
    for (String name : List.of("sha", "ref", "status", "source", "name")) {
      String value = params.text(name);
      if (value != null) {
        filter.and("%s = :%s".formatted(name, name), name, value);
      }
    }
    if (params.has("scope")) {
      String scope = params.word("scope", "", List.copyOf(SCOPES.keySet()));
      filter.conditions.add(SCOPES.getOrDefault(scope, "true"));
    }
    if (params.has("yaml_errors")) {
      boolean wanted = params.flag("yaml_errors", true);
      filter.conditions.add(wanted ? "yaml_errors is not null" : "yaml_errors is null");
    }
    String username = params.text("username");
    if (username != null) {
      filter.and(
          "user_id in (select id from users where username = :username)", "username", username);
    }
    for (String column : List.of("updated", "created")) {
      filter.time(params, column + "_after", column + "_at > :");
      filter.time(params, column + "_before", column + "_at < :");
    }
    return filter;
  }

  private void and(String condition, String name, Object value) {
    conditions.add(condition);
    values.put(name, value);
  }

  private void time(Params params, String name, String condition) {
    String text = params.text(name);
    if (text != null) {
      and(condition + name, name, instant(name, text).toEpochMilli());
    }
  }

  private static Instant instant(String name, String text) {
    try {
      return text.length() == 10
          ? Instant.parse(text + "T00:00:00Z")
          : OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw RestError.parameter(name + " is invalid");
    }
  }

  /** Those rows, the columns as named, with that at the end. */
  Query query(Handle handle, String columns, String end) {
    return handle
        .createQuery(
            "select %s from pipelines where %s%s%s"
                .formatted(columns, String.join(" and ", conditions), order, end))
        .bindMap(values);
  }
}
