package org.newci.auth;

import java.time.Instant;
import java.util.Set;

/**
 * Who showed a good token.
 *
 * @param subject {@code sub} of the token
 * @param groups {@code groups} of the token: names that the registry of projects knows
 * @param scopes what it allows; words that this version does not know are left out
 * @param expires when it ends
 */
public record Caller(String subject, Set<String> groups, Set<Scope> scopes, Instant expires) {

  public Caller {
    groups = Set.copyOf(groups);
    scopes = Set.copyOf(scopes);
  }

  /** True if the token allows that. */
  public boolean may(Scope scope) {
    return scopes.contains(scope);
  }
}
