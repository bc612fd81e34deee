package org.newci.store.blob;

import io.javalin.http.Context;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.newci.shell.problem.Problem;

/**
 * What the caller believes to be there (RFC 9110 section 13.1).
 *
 * @param match {@code If-Match}: one of these digests, or {@code *} for any
 * @param noneMatch {@code If-None-Match}: none of these, or {@code *} for nothing at all
 */
record Condition(@Nullable String match, @Nullable String noneMatch) {

  static final Condition NONE = new Condition(null, null);

  static Condition of(Context ctx) {
    return new Condition(ctx.header("If-Match"), ctx.header("If-None-Match"));
  }

  /** True when {@code If-None-Match} names what is there. */
  boolean known(Sha256 there) {
    return noneMatch != null && names(noneMatch, there, true);
  }

  /**
   * Refuses a change, or a look, that was meant for something else.
   *
   * @throws Problem 412 {@code precondition-failed}
   */
  void checkMatch(String name, Optional<Sha256> there) {
    if (match != null && !there.map(digest -> names(match, digest, false)).orElse(false)) {
      throw failed(name, there, "expected " + shown(match));
    }
  }

  /** The same for a change, where {@code If-None-Match} refuses too. */
  void checkChange(String name, Optional<Sha256> there) {
    checkMatch(name, there);
    if (there.map(this::known).orElse(false)) {
      throw failed(name, there, "expected it not to be " + shown(String.valueOf(noneMatch)));
    }
  }

  private static Problem failed(String name, Optional<Sha256> there, String expected) {
    return new Problem(
        412,
        "precondition-failed",
        "The blob '%s' is %s (%s)."
            .formatted(name, there.map(Sha256::address).orElse("not there"), expected));
  }

  private static boolean names(String list, Sha256 digest, boolean weak) {
    return Arrays.stream(list.split(",", -1))
        .map(tag -> weak ? tag.strip().replaceFirst("^W/", "") : tag.strip())
        .anyMatch(tag -> tag.equals("*") || tag.equals(digest.etag()));
  }

  private static String shown(String text) {
    return text.length() > 100 ? text.substring(0, 100) + "…" : text;
  }
}
