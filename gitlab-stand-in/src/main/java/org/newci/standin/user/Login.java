package org.newci.standin.user;

import java.time.LocalDate;
import java.util.List;
import org.newci.standin.rest.RestError;

/** Somebody known, and the token by which they are. */
public record Login(User user, AccessToken token) {

  private static final List<String> ANYTHING = List.of("api");
  private static final List<String> READING = List.of("api", "read_api");

  /** Whether the token is good for git's smart HTTP protocol. */
  public boolean mayUseGit(boolean push) {
    return token.hasAny(
        push
            ? List.of("api", "write_repository")
            : List.of("api", "read_repository", "write_repository"));
  }

  /** 401 with GitLab's reason when the token has ended. */
  Login current(LocalDate today) {
    if (token.revoked()) {
      throw RestError.token("Token was revoked. You have to re-authorize from the user.");
    }
    if (token.expired(today)) {
      throw RestError.token(
          "Token is expired. You can either do re-authorization or token refresh.");
    }
    return this;
  }

  /** 403 when the token is good for neither the API nor one of these scopes. */
  Login scoped(boolean reads, List<String> also) {
    if (!token.hasAny(reads ? READING : ANYTHING) && !token.hasAny(also)) {
      throw RestError.scope(String.join(" ", reads ? READING : ANYTHING));
    }
    return this;
  }
}
