package org.newci.auth;

import java.util.Locale;

/** The services that check tokens; the word is what {@code aud} holds. */
public enum Audience {
  CONTROLLER,
  VCS_WORKER,
  ARTIFACT_STORE,
  DEPLOY_WORKER;

  /** As written in a token: {@code vcs-worker}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
