package org.newci.standin.group;

import java.net.URI;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.newci.standin.member.AccessLevel;
import org.newci.standin.rest.Times;
import org.newci.standin.user.Namespace;
import org.newci.standin.user.User;

/**
 * A group.
 *
 * @param fullPath with the paths of the groups around it
 * @param fullName the same of names, with {@code " / "} between
 */
record Group(
    long id,
    @Nullable Long parentId,
    String path,
    String fullPath,
    String name,
    String fullName,
    String description,
    String visibility,
    Instant createdAt) {

  Namespace namespace() {
    return new Namespace(id, "group", name, path, fullPath, parentId);
  }

  /** Whether it is shown to a user of that level. */
  boolean visibleAt(AccessLevel level, User user) {
    return level.atLeast(AccessLevel.GUEST)
        || visibility.equals("public")
        || (visibility.equals("internal") && !user.bot());
  }

  Map<String, Object> json(URI base) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", id);
    json.put("web_url", namespace().webUrl(base));
    json.put("name", name);
    json.put("path", path);
    json.put("description", description);
    json.put("visibility", visibility);
    json.put("share_with_group_lock", false);
    json.put("require_two_factor_authentication", false);
    json.put("two_factor_grace_period", 48);
    json.put("project_creation_level", "developer");
    json.put("auto_devops_enabled", null);
    json.put("subgroup_creation_level", "maintainer");
    json.put("emails_disabled", false);
    json.put("emails_enabled", true);
    json.put("mentions_disabled", null);
    json.put("lfs_enabled", false);
    json.put("archived", false);
    json.put("default_branch", null);
    json.put("default_branch_protection", 2);
    json.put("avatar_url", null);
    json.put("request_access_enabled", true);
    json.put("full_name", fullName);
    json.put("full_path", fullPath);
    json.put("created_at", Times.rest(createdAt));
    json.put("parent_id", parentId);
    json.put("organization_id", 1);
    json.put("shared_runners_setting", "enabled");
    json.put("marked_for_deletion_on", null);
    return json;
  }
}
