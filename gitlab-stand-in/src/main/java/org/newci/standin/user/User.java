package org.newci.standin.user;

import java.net.URI;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.newci.standin.rest.Times;

/** A person; the name is also the namespace of their projects. */
public record User(long id, String username, boolean admin, Instant createdAt) {

  /** What stands in the place of a name. */
  public String displayName() {
    return admin ? "Administrator" : username;
  }

  public String email() {
    return username + "@example.com";
  }

  /** The short form, in other things' JSON. */
  public Map<String, Object> basic(URI base) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", id);
    json.put("username", username);
    json.put("name", displayName());
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
    json.put("bot", false);
    json.put("namespace_id", id);
    json.put("is_admin", admin);
    json.put("can_create_project", true);
    json.put("can_create_group", false);
    return json;
  }

  /** The form of webhooks. */
  public Map<String, Object> hook() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", id);
    json.put("name", displayName());
    json.put("username", username);
    json.put("avatar_url", null);
    json.put("email", email());
    return json;
  }
}
