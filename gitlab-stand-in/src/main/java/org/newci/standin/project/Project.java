package org.newci.standin.project;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.newci.standin.member.AccessLevel;
import org.newci.standin.user.User;

/**
 * A project.
 *
 * @param namespaceId number of the user or group in whose namespace it lies
 * @param defaultBranch null until the first push
 * @param ciConfigPath null for {@code .gitlab-ci.yml}
 * @param buildTimeout longest time of a job, in seconds
 * @param markedForDeletionOn the day (UTC) on which it was marked, or null
 */
public record Project(
    long id,
    long namespaceId,
    String namespace,
    String path,
    String name,
    @Nullable String description,
    String visibility,
    @Nullable String defaultBranch,
    @Nullable String ciConfigPath,
    int buildTimeout,
    boolean autoDevops,
    long creatorId,
    Instant createdAt,
    Instant updatedAt,
    @Nullable String markedForDeletionOn) {

  /** {@code namespace/path}. */
  public String fullPath() {
    return namespace + "/" + path;
  }

  /** A marked project is archived: nobody changes it any more. */
  public boolean archived() {
    return markedForDeletionOn != null;
  }

  /** Whether it is shown to a user of that level; a bot sees nothing but its own project. */
  public boolean visibleAt(AccessLevel level, User user) {
    return level.atLeast(AccessLevel.GUEST)
        || visibility.equals("public")
        || (visibility.equals("internal") && !user.bot());
  }

  /** The file that describes its pipelines. */
  public String ciFile() {
    return ciConfigPath == null ? ".gitlab-ci.yml" : ciConfigPath;
  }

  /** GitLab's number for a visibility. */
  public int visibilityLevel() {
    return switch (visibility) {
      case "public" -> 20;
      case "internal" -> 10;
      default -> 0;
    };
  }
}
