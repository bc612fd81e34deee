package org.newci.standin.hook;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.newci.standin.rest.Times;

/**
 * A webhook of a project.
 *
 * @param token sent along as it is; never shown
 * @param events those that it asks for, such as {@code pipeline_events}
 * @param signingToken by which its events are signed; never shown
 */
public record Hook(
    long id,
    long projectId,
    String url,
    @Nullable String token,
    @Nullable String name,
    @Nullable String description,
    Set<String> events,
    boolean verifyTls,
    BranchFilter branchFilter,
    @Nullable SigningToken signingToken,
    HookHealth health,
    Instant createdAt) {

  /** All that a hook can ask for; only pushes, tags, jobs and pipelines ever happen here. */
  static final List<String> EVENTS =
      List.of(
          "push_events",
          "issues_events",
          "confidential_issues_events",
          "merge_requests_events",
          "tag_push_events",
          "note_events",
          "confidential_note_events",
          "job_events",
          "pipeline_events",
          "wiki_page_events",
          "deployment_events",
          "releases_events",
          "milestone_events",
          "feature_flag_events",
          "repository_update_events",
          "resource_access_token_events");

  public Hook {
    events = Set.copyOf(events);
  }

  /** As the REST API shows it. */
  Map<String, Object> json(Instant now) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", id);
    json.put("url", url);
    json.put("name", name);
    json.put("description", description);
    json.put("project_id", projectId);
    EVENTS.forEach(event -> json.put(event, events.contains(event)));
    json.put("push_events_branch_filter", branchFilter.text());
    json.put("branch_filter_strategy", branchFilter.strategy());
    json.put("enable_ssl_verification", verifyTls);
    json.put("alert_status", health.word(now));
    json.put("disabled_until", Times.rest(health.disabledUntil()));
    json.put("url_variables", List.of());
    json.put("created_at", Times.rest(createdAt));
    json.put("custom_webhook_template", null);
    json.put("custom_headers", List.of());
    json.put("token_present", token != null);
    json.put("signing_token_present", signingToken != null);
    return json;
  }

  @Override
  public String toString() {
    return "Hook[%d of project %d]".formatted(id, projectId);
  }

  private static Hook of(ResultSet row) throws SQLException {
    String events = row.getString("events");
    return new Hook(
        row.getLong("id"),
        row.getLong("project_id"),
        row.getString("url"),
        row.getString("token"),
        row.getString("name"),
        row.getString("description"),
        events.isEmpty() ? Set.of() : Set.of(events.split(",", -1)),
        row.getBoolean("enable_ssl_verification"),
        new BranchFilter(
            row.getString("branch_filter_strategy"), row.getString("push_events_branch_filter")),
        Optional.ofNullable(row.getString("signing_token")).map(SigningToken::new).orElse(null),
        new HookHealth(
            row.getInt("failures"),
            Optional.of(row.getLong("disabled_until"))
                .filter(millis -> millis > 0)
                .map(Instant::ofEpochMilli)
                .orElse(null)),
        Instant.ofEpochMilli(row.getLong("created_at")));
  }

  /** A project's hooks. */
  static List<Hook> all(Handle handle, long projectId) {
    return handle
        .createQuery("select * from hooks where project_id = :project order by id")
        .bind("project", projectId)
        .map((row, context) -> of(row))
        .list();
  }

  /** A hook of that project. */
  static Optional<Hook> byId(Handle handle, long projectId, long id) {
    return all(handle, projectId).stream().filter(hook -> hook.id() == id).findFirst();
  }

  /** Adds it (number 0) or replaces it, and answers with its number. */
  Hook save(Handle handle) {
    long number = id == 0 ? newNumber(handle) : id;
    handle
        .createUpdate(
            "update hooks set url = :url, token = :token, name = :name,"
                + " description = :description, events = :events,"
                + " enable_ssl_verification = :verify, push_events_branch_filter = :filter,"
                + " branch_filter_strategy = :strategy, signing_token = :signing,"
                + " created_at = :created where id = :id")
        .bind("url", url)
        .bind("token", token)
        .bind("name", name)
        .bind("description", description)
        .bind("events", String.join(",", new TreeSet<>(events)))
        .bind("verify", verifyTls)
        .bind("filter", branchFilter.text())
        .bind("strategy", branchFilter.strategy())
        .bind("signing", signingToken == null ? null : signingToken.text())
        .bind("created", createdAt.toEpochMilli())
        .bind("id", number)
        .execute();
    return byId(handle, projectId, number).orElseThrow();
  }

  private long newNumber(Handle handle) {
    return handle
        .createUpdate(
            "insert into hooks (project_id, url, events, enable_ssl_verification, created_at)"
                + " values (:project, '', '', 1, 0)")
        .bind("project", projectId)
        .executeAndReturnGeneratedKeys("id")
        .mapTo(Long.class)
        .one();
  }

  /** Notes how its deliveries go; nothing when it is gone. */
  static void health(Handle handle, long id, HookHealth health) {
    Instant until = health.disabledUntil();
    handle.execute(
        "update hooks set failures = ?, disabled_until = ? where id = ?",
        health.failures(),
        until == null ? null : until.toEpochMilli(),
        id);
  }

  /** Takes it away. */
  void remove(Handle handle) {
    handle.execute("delete from hooks where id = ?", id);
  }
}
