package org.newci.standin.user;

import java.net.URI;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.newci.standin.rest.Times;

/**
 * A person, whose name is also the namespace of their projects, or the bot of a project's token.
 *
 * @param displayName what people read
 */
public record User(
    long id, String username, String displayName, boolean admin, boolean bot, Instant createdAt) {

  public String email() {
    return username + (bot ? "@noreply.example.com" : "@example.com");
  }

  /** The namespace of their own projects. */
  public Namespace namespace() {
    return new Namespace(id, "user", displayName, username, username, null);
  }

  /** The short form, in other things' JSON. */
  public Map<String, Object> basic(URI base) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", id);
    json.put("username", username);
    json.put("public_email", null);
    json.put("name", displayName);
    json.put("state", "active");
    json.put("locked", false);
    json.put("avatar_url", null);
    json.put("web_url", base + "/" + username);
    return json;
  }

  /** The form of {@code GET /user}. */
  public Map<String, Object> own(URI base) {
    Map<String, Object> json = basic(base);
    json.put("created_at", Times.rest(createdAt));
    json.put("email", email());
    json.put("public_email", null);
    json.put("bot", bot);
    json.put("namespace_id", bot ? null : id);
    if (admin) {
      // GitLab shows the key to administrators only.
      json.put("is_admin", true);
    }
    json.put("can_create_project", !bot);
    json.put("can_create_group", !bot);
    return json;
  }

  /** The form of webhooks. */
  public Map<String, Object> hook() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", id);
    json.put("name", displayName);
    json.put("username", username);
    json.put("avatar_url", null);
    json.put("email", email());
    return json;
  }
}
