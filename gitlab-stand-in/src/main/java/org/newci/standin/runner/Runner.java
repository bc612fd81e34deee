package org.newci.standin.runner;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A runner.
 *
 * @param type {@code instance_type} or {@code project_type}
 * @param projectId the only project that a project's runner serves
 * @param maximumTimeout longest time of a job in seconds, or null
 */
public record Runner(
    long id,
    String type,
    @Nullable Long projectId,
    @Nullable String description,
    List<String> tags,
    boolean runUntagged,
    boolean paused,
    @Nullable Integer maximumTimeout) {

  public boolean isShared() {
    return type.equals("instance_type");
  }

  /** Whether it takes a job of that project with those tags. */
  public boolean takes(long jobsProject, List<String> jobTags) {
    boolean place = projectId == null || projectId == jobsProject;
    return place && (jobTags.isEmpty() ? runUntagged : tags.containsAll(jobTags));
  }

  /** The form of jobs in the REST API. */
  public Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", id);
    json.put("description", description);
    json.put("ip_address", null);
    json.put("active", !paused);
    json.put("paused", paused);
    json.put("is_shared", isShared());
    json.put("runner_type", type);
    json.put("name", "gitlab-runner");
    json.put("online", true);
    json.put("status", "online");
    return json;
  }

  /** The form of webhooks. */
  public Map<String, Object> hook() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", id);
    json.put("description", description);
    json.put("runner_type", type);
    json.put("active", !paused);
    json.put("is_shared", isShared());
    json.put("tags", tags);
    return json;
  }
}
