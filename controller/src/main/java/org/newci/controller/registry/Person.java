package org.newci.controller.registry;

import java.util.Set;
import org.newci.auth.Caller;

/**
 * Who asks, by a good token.
 *
 * @param subject {@code sub} of the token
 * @param groups {@code groups} of the token
 */
public record Person(String subject, Set<String> groups) {

  public Person {
    groups = Set.copyOf(groups);
  }

  /** Who showed that token. */
  public static Person of(Caller caller) {
    return new Person(caller.subject(), caller.groups());
  }
}
