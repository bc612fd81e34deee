package org.newci.auth;

/** A token that must not be believed; the message says why without repeating the token. */
public final class TokenRefused extends Exception {

  private static final long serialVersionUID = 1L;

  public TokenRefused(String why) {
    super(why);
  }
}
