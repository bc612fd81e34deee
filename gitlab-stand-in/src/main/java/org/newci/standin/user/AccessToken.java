package org.newci.standin.user;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.newci.standin.rest.Times;

/**
 * A personal token, or one of a project.
 *
 * @param userId whose it is; a project's token has a bot of its own
 * @param projectId null for a personal token
 * @param scopes what it is good for, in GitLab's words
 * @param accessLevel the bot's level in its project; null for a personal token
 * @param expiresOn the first day (UTC) on which it is worth nothing; null for never
 */
public record AccessToken(
    long id,
    long userId,
    @Nullable Long projectId,
    String name,
    @Nullable String description,
    List<String> scopes,
    @Nullable Integer accessLevel,
    Instant createdAt,
    @Nullable LocalDate expiresOn,
    @Nullable Instant lastUsedAt,
    boolean revoked) {

  /**
   * All scopes that a token of this server can have (docs: user/profile/personal_access_tokens).
   */
  public static final List<String> SCOPES =
      List.of(
          "api",
          "read_api",
          "read_user",
          "read_repository",
          "write_repository",
          "create_runner",
          "manage_runner",
          "self_rotate");

  /** The scopes that a project's token can have: one for a person's account makes no sense. */
  public static final List<String> PROJECT_SCOPES =
      SCOPES.stream().filter(scope -> !scope.equals("read_user")).toList();

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int BYTES = 20;

  public AccessToken {
    scopes = List.copyOf(scopes);
  }

  /** A fresh secret with that prefix. */
  public static String secret(String prefix) {
    byte[] bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    return prefix + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  public boolean expired(LocalDate today) {
    return expiresOn != null && !today.isBefore(expiresOn);
  }

  public boolean active(LocalDate today) {
    return !revoked && !expired(today);
  }

  /** Whether one of these scopes is among its own. */
  public boolean hasAny(List<String> wanted) {
    return scopes.stream().anyMatch(wanted::contains);
  }

  /** The same after another span of life. */
  public AccessToken renewed(Instant now, LocalDate until) {
    return new AccessToken(
        0, userId, projectId, name, description, scopes, accessLevel, now, until, null, false);
  }

  /** As the REST API shows it. */
  public Map<String, Object> json(LocalDate today) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", id);
    json.put("name", name);
    json.put("revoked", revoked);
    json.put("created_at", Times.rest(createdAt));
    json.put("description", description);
    json.put("scopes", scopes);
    json.put("user_id", userId);
    json.put("last_used_at", Times.rest(lastUsedAt));
    json.put("active", active(today));
    json.put("expires_at", expiresOn == null ? null : expiresOn.toString());
    if (projectId != null) {
      json.put("access_level", accessLevel);
      json.put("resource_type", "project");
      json.put("resource_id", projectId);
    }
    return json;
  }
}
