package org.newci.auth;

import java.time.Instant;
import java.util.Set;

/**
 * Who showed a good token.
 *
 * @param subject {@code sub} of the token
 * @param scopes what it allows; words that this version does not know are left out
 * @param expires when it ends
 */
public record Caller(String subject, Set<Scope> scopes, Instant expires) {

  public Caller {
    scopes = Set.copyOf(scopes);
  }

  /** True if the token allows that. */
  public boolean may(Scope scope) {
    return scopes.contains(scope);
  }
}
