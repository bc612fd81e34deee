package org.newci.standin.user;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where projects lie: a person's own namespace, or a group.
 *
 * @param kind {@code user} or {@code group}
 * @param path the last part of the full path
 * @param parentId the group around a group, or null
 */
public record Namespace(
    long id, String kind, String name, String path, String fullPath, @Nullable Long parentId) {

  public boolean isGroup() {
    return kind.equals("group");
  }

  /** Where people see it. */
  public String webUrl(URI base) {
    return base + (isGroup() ? "/groups/" : "/") + fullPath;
  }

  /** As the key {@code namespace} of a project. */
  public Map<String, Object> json(URI base) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", id);
    json.put("name", name);
    json.put("path", path);
    json.put("kind", kind);
    json.put("full_path", fullPath);
    json.put("parent_id", parentId);
    json.put("avatar_url", null);
    json.put("web_url", webUrl(base));
    return json;
  }
}
