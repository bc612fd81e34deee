package org.newci.store.blob;

import io.javalin.http.Context;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.newci.shell.problem.Problem;

/**
 * The digest that the sender of a blob says its bytes have: {@code X-Checksum-Sha256: HEX}, {@code
 * Content-Digest: sha-256=:BASE64:} (RFC 9530) or its predecessor {@code Digest: sha-256=BASE64}
 * (RFC 3230).
 */
final class StatedDigest {

  private static final Pattern ENTRY =
      Pattern.compile("(?:^|[,\\s])sha-256=:?([A-Za-z0-9+/=]+):?", Pattern.CASE_INSENSITIVE);

  private StatedDigest() {}

  static @Nullable Sha256 of(Context ctx) {
    String hex = ctx.header("X-Checksum-Sha256");
    if (hex != null) {
      return digest("X-Checksum-Sha256", hex, hex.strip().toLowerCase(Locale.ROOT));
    }
    for (String header : new String[] {"Content-Digest", "Digest"}) {
      String value = ctx.header(header);
      Matcher entry = ENTRY.matcher(value == null ? "" : value);
      if (value != null && entry.find()) {
        return digest(header, value, hexOf(entry.group(1)));
      }
    }
    return null;
  }

  private static String hexOf(String base64) {
    try {
      return HexFormat.of().formatHex(Base64.getDecoder().decode(base64));
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  private static Sha256 digest(String header, String given, String hex) {
    try {
      return new Sha256(hex);
    } catch (IllegalArgumentException e) {
      String shown = given.length() > 80 ? given.substring(0, 80) + "…" : given;
      throw Problem.badRequest(
          "The header %s is '%s' (expected a SHA-256 digest).".formatted(header, shown));
    }
  }
}
