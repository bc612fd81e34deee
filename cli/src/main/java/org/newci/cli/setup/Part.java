package org.newci.cli.setup;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.newci.auth.Scope;

/** The components of one machine, in an order in which they can be started one by one. */
public enum Part {
  GITLAB_STAND_IN,
  ARTIFACT_STORE,
  TEST_ENV,
  VCS_WORKER,
  DEPLOY_WORKER,
  CONTROLLER,
  RUNNER;

  /** As typed, and as its folder is called: {@code vcs-worker}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What its own token allows; it gets none when empty. */
  public Set<Scope> scopes() {
    return switch (this) {
      case DEPLOY_WORKER -> Set.of(Scope.BLOBS_GET);
      case CONTROLLER ->
          Set.of(
              Scope.REPO_POST,
              Scope.REFS_GET,
              Scope.PIPELINE_GET,
              Scope.PIPELINE_CANCEL,
              Scope.LOG_GET,
              Scope.COLLECT_POST,
              Scope.DEPLOY_POST,
              Scope.REDEPLOY_POST,
              Scope.DEPLOYMENTS_GET,
              Scope.PROVENANCE_PUT,
              Scope.GRANTS_POST,
              Scope.STORE_RETAIN,
              Scope.LOGS_PUT,
              Scope.LOGS_GET,
              Scope.BLOBS_GET);
      // The VCS worker stores what it collects by a grant that comes with each order.
      case GITLAB_STAND_IN, ARTIFACT_STORE, TEST_ENV, VCS_WORKER, RUNNER -> Set.of();
    };
  }

  /** True for the components that check bearer tokens. */
  public boolean checksTokens() {
    return this == CONTROLLER
        || this == VCS_WORKER
        || this == ARTIFACT_STORE
        || this == DEPLOY_WORKER;
  }

  /** True for the components that serve HTTPS. */
  public boolean serves() {
    return this != RUNNER;
  }

  /** Everything but the runner, which is always a process of its own. */
  public static List<Part> services() {
    return Stream.of(values()).filter(part -> part != RUNNER).toList();
  }

  /** The component of that word, if there is one. */
  public static Optional<Part> of(String word) {
    return Arrays.stream(values()).filter(part -> part.word().equals(word)).findFirst();
  }

  /** All words, for sentences. */
  public static String words() {
    return String.join(", ", Stream.of(values()).map(Part::word).toList());
  }
}
