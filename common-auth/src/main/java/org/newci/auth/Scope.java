package org.newci.auth;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The closed list of things that a token can allow; each belongs to one service. */
public enum Scope {
  CD_POST(Audience.CONTROLLER),
  CD_HIGH(Audience.CONTROLLER),
  STATUS_GET(Audience.CONTROLLER),
  BUILDS_GET(Audience.CONTROLLER),
  BUILDS_CANCEL(Audience.CONTROLLER),
  BUILDS_RETRY(Audience.CONTROLLER),
  REPLAY_GET(Audience.CONTROLLER),
  STOP_POST(Audience.CONTROLLER),
  RESUME_POST(Audience.CONTROLLER),
  ROLLBACK_POST(Audience.CONTROLLER),
  RETENTION_POST(Audience.CONTROLLER),
  REPO_POST(Audience.VCS_WORKER),
  REFS_GET(Audience.VCS_WORKER),
  PIPELINE_GET(Audience.VCS_WORKER),
  PIPELINE_CANCEL(Audience.VCS_WORKER),
  LOG_GET(Audience.VCS_WORKER),
  COLLECT_POST(Audience.VCS_WORKER),
  BLOBS_PUT(Audience.ARTIFACT_STORE),
  BLOBS_GET(Audience.ARTIFACT_STORE),
  BLOBS_LIST(Audience.ARTIFACT_STORE),
  BLOBS_DELETE(Audience.ARTIFACT_STORE),
  PROVENANCE_PUT(Audience.ARTIFACT_STORE),
  PINS_PUT(Audience.ARTIFACT_STORE),
  GRANTS_POST(Audience.ARTIFACT_STORE),
  STORE_CHECK(Audience.ARTIFACT_STORE),
  STORE_RETAIN(Audience.ARTIFACT_STORE),
  LOGS_PUT(Audience.ARTIFACT_STORE),
  LOGS_GET(Audience.ARTIFACT_STORE),
  DEPLOY_POST(Audience.DEPLOY_WORKER),
  REDEPLOY_POST(Audience.DEPLOY_WORKER),
  DEPLOYMENTS_GET(Audience.DEPLOY_WORKER);

  private static final Map<String, Scope> BY_WORD =
      Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Scope::word, scope -> scope));

  private final Audience audience;
  private final String word;

  Scope(Audience audience) {
    this.audience = audience;
    this.word = name().toLowerCase(Locale.ROOT).replace('_', ':');
  }

  /** The service whose routes this scope opens. */
  public Audience audience() {
    return audience;
  }

  /** As written in a token: {@code cd:post}. */
  public String word() {
    return word;
  }

  /** The scope of that word, if there is one. */
  public static Optional<Scope> of(String word) {
    return Optional.ofNullable(BY_WORD.get(word));
  }
}
