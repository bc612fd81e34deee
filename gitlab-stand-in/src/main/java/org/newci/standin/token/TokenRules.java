package org.newci.standin.token;

import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.newci.standin.rest.Params;
import org.newci.standin.rest.RestError;
import org.newci.standin.user.AccessToken;
import org.newci.standin.user.Secret;
import org.newci.standin.user.TokenStore;
import org.newci.standin.user.Users;

/** What personal tokens and those of projects have in common. */
final class TokenRules {

  private static final int LONGEST_DAYS = 365;
  private static final int ROTATED_DAYS = 7;

  private final Users users;

  TokenRules(Users users) {
    this.users = users;
  }

  /** The day that was asked for, or the latest possible one. */
  LocalDate expiry(Params params) {
    return expiry(params, LONGEST_DAYS);
  }

  private LocalDate expiry(Params params, int usualDays) {
    LocalDate today = users.today();
    String wanted = params.text("expires_at", "");
    if (wanted.isEmpty()) {
      return today.plusDays(usualDays);
    }
    LocalDate day;
    try {
      day = LocalDate.parse(wanted.length() > 10 ? wanted.substring(0, 10) : wanted);
    } catch (DateTimeParseException e) {
      throw RestError.parameter("expires_at is invalid");
    }
    // GitLab's words for the model's mistake; the call's own check says the same of the past.
    if (day.isBefore(today)) {
      throw RestError.message(400, "Expiration date can't be in the past");
    }
    if (day.isAfter(today.plusDays(LONGEST_DAYS))) {
      throw RestError.message(
          400, "Expiration date must be before " + today.plusDays(LONGEST_DAYS));
    }
    return day;
  }

  /** The scopes that were asked for, each one of those allowed. */
  static List<String> scopes(Params params, List<String> allowed) {
    params.required("scopes");
    List<String> scopes = params.words("scopes");
    if (scopes.isEmpty() || !allowed.containsAll(scopes)) {
      throw RestError.parameter("scopes does not have a valid value");
    }
    return scopes.stream().distinct().toList();
  }

  /** Revokes that token for a new one, whose secret is shown this once. */
  Map<String, Object> rotate(Handle handle, AccessToken token, Params params, AccessToken next) {
    if (!token.active(users.today())) {
      throw RestError.message(400, "token already revoked");
    }
    TokenStore.revoke(handle, token.id());
    return issue(handle, next.renewed(next.createdAt(), expiry(params, ROTATED_DAYS)));
  }

  /** Adds the token; its secret is shown this once. */
  Map<String, Object> issue(Handle handle, AccessToken wanted) {
    String secret = AccessToken.secret("glpat-");
    AccessToken made = TokenStore.add(handle, wanted, Secret.of(secret));
    Map<String, Object> json = made.json(users.today());
    json.put("token", secret);
    return json;
  }

  /** Those that the parameters {@code state}, {@code revoked} and {@code search} let through. */
  List<AccessToken> narrowed(List<AccessToken> all, Params params) {
    String state = params.word("state", "", List.of("", "active", "inactive"));
    String search = params.text("search", "");
    return all.stream()
        .filter(token -> state.isEmpty() || token.active(users.today()) == state.equals("active"))
        .filter(token -> !params.has("revoked") || token.revoked() == params.flag("revoked", false))
        .filter(token -> token.name().contains(search))
        .toList();
  }

  /** A number of the path. */
  static Optional<Long> number(String text) {
    return text.matches("\\d{1,18}") ? Optional.of(Long.parseLong(text)) : Optional.empty();
  }
}
