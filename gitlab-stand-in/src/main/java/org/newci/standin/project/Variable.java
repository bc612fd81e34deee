package org.newci.standin.project;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * A CI variable of a project.
 *
 * @param type {@code env_var} or {@code file}
 * @param scope {@code environment_scope}; {@code *} for every job
 */
public record Variable(
    String key,
    String value,
    String type,
    boolean isProtected,
    boolean masked,
    boolean hidden,
    boolean raw,
    String scope,
    @Nullable String description) {

  /** What is wrong with it: the field and GitLab's words. */
  public Optional<Map.Entry<String, String>> mistake() {
    if (!key.matches("[A-Za-z0-9_]{1,255}")) {
      return Optional.of(Map.entry("key", "can contain only letters, digits and '_'."));
    }
    if (value.length() > 10_000) {
      return Optional.of(Map.entry("value", "is too long (maximum is 10000 characters)"));
    }
    String maskable = raw ? "\\S{8,}" : "[A-Za-z0-9_+=/@:.~-]{8,}";
    return masked && !value.matches(maskable)
        ? Optional.of(Map.entry("value", "is invalid"))
        : Optional.empty();
  }

  /** Whether jobs of such a ref get it; one for a named environment reaches none here. */
  public boolean reaches(boolean protectedRef) {
    return scope.equals("*") && (protectedRef || !isProtected);
  }

  /** As the REST API shows it; a hidden value is never shown. */
  public Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("variable_type", type);
    json.put("key", key);
    json.put("value", hidden ? null : value);
    json.put("hidden", hidden);
    json.put("protected", isProtected);
    json.put("masked", masked);
    json.put("raw", raw);
    json.put("environment_scope", scope);
    json.put("description", description);
    return json;
  }

  @Override
  public String toString() {
    return "Variable[%s=…]".formatted(key);
  }

  private static Variable of(ResultSet row) throws SQLException {
    return new Variable(
        row.getString("key"),
        row.getString("value"),
        row.getString("variable_type"),
        row.getBoolean("protected"),
        row.getBoolean("masked"),
        row.getBoolean("hidden"),
        row.getBoolean("raw"),
        row.getString("environment_scope"),
        row.getString("description"));
  }

  /** All of a project, in order of their keys. */
  public static List<Variable> all(Handle handle, long projectId) {
    return handle
        .createQuery(
            "select * from variables where project_id = :project order by key, environment_scope")
        .bind("project", projectId)
        .map((row, context) -> of(row))
        .list();
  }

  /** Adds or replaces it. */
  public void save(Handle handle, long projectId) {
    handle.execute(
        "insert or replace into variables (project_id, key, value, variable_type, protected,"
            + " masked, hidden, raw, environment_scope, description)"
            + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        projectId,
        key,
        value,
        type,
        isProtected,
        masked,
        hidden,
        raw,
        scope,
        description);
  }

  /** Takes it away. */
  public void remove(Handle handle, long projectId) {
    handle.execute(
        "delete from variables where project_id = ? and key = ? and environment_scope = ?",
        projectId,
        key,
        scope);
  }
}
