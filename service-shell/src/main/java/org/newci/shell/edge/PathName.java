package org.newci.shell.edge;

import io.javalin.http.Context;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.newci.shell.problem.Problem;

/**
 * The one name that stands in a request's path below a prefix, percent-decoded exactly once (RFC
 * 3986 section 2.4) from the path as it was sent: {@code a%2520b} is {@code a%20b}, and {@code +}
 * and {@code ;} are themselves.
 */
public final class PathName {

  private static final String PLAIN =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:";

  private PathName() {}

  /**
   * What follows the prefix in the request's path.
   *
   * @param prefix with the slash at its end, such as {@code /blobs/}
   * @throws Problem 400 {@code bad-name} when it has a slash in it or is not UTF-8
   */
  public static String below(Context ctx, String prefix) {
    String path = ctx.req().getRequestURI();
    if (!path.startsWith(prefix)) {
      throw bad(path, "expected one name right below " + prefix);
    }
    return decode(path.substring(prefix.length()));
  }

  /**
   * The name that one segment of a path as it was sent stands for.
   *
   * @throws Problem 400 {@code bad-name}
   */
  public static String decoded(String segment) {
    return decode(segment);
  }

  /** Encodes a name as one segment of a path. */
  public static String encode(String name) {
    StringBuilder segment = new StringBuilder();
    for (byte octet : name.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (octet & 0xff);
      boolean plain = PLAIN.indexOf(c) >= 0;
      segment.append(plain ? String.valueOf(c) : "%%%02X".formatted((int) c));
    }
    return segment.toString();
  }

  private static String decode(String segment) {
    if (segment.indexOf('/') >= 0) {
      throw bad(segment, "expected no slash");
    }
    byte[] raw = segment.getBytes(StandardCharsets.UTF_8);
    ByteBuffer octets = ByteBuffer.allocate(raw.length);
    for (int i = 0; i < raw.length; i++) {
      if (raw[i] != '%') {
        octets.put(raw[i]);
        continue;
      }
      int high = i + 2 < raw.length ? Character.digit(raw[i + 1], 16) : -1;
      int low = i + 2 < raw.length ? Character.digit(raw[i + 2], 16) : -1;
      if (high < 0 || low < 0) {
        throw bad(segment, "expected two hex digits after each %");
      }
      octets.put((byte) (high * 16 + low));
      i += 2;
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(octets.flip())
          .toString();
    } catch (CharacterCodingException e) {
      throw bad(segment, "expected percent-encoded UTF-8");
    }
  }

  private static Problem bad(String given, String expected) {
    String shown = given.length() > 80 ? given.substring(0, 80) + "…" : given;
    return new Problem(400, "bad-name", "The name '%s' is refused: %s.".formatted(shown, expected));
  }
}
