package org.newci.auth;

import java.util.Objects;

/** A signed token: a secret, so it prints as nothing that could be used. */
public final class BearerToken {

  private final String value;

  private BearerToken(String value) {
    this.value = value;
  }

  /** Wraps the compact form {@code header.payload.signature}; blanks around it are dropped. */
  public static BearerToken of(String value) {
    String trimmed = value.strip();
    if (trimmed.isEmpty()) {
      throw new IllegalArgumentException("bearer token: empty (expected header.payload.signature)");
    }
    return new BearerToken(trimmed);
  }

  /** The secret itself, for the Authorization header. */
  public String reveal() {
    return value;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BearerToken token && token.value.equals(value);
  }

  @Override
  public int hashCode() {
    return Objects.hash(value);
  }

  @Override
  public String toString() {
    return "BearerToken[…]";
  }
}
