package org.newci.runner.gitlab;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Hides what follows the prefix of a token, such as {@code glpat-}, also when it is nobody's secret
 * that the runner knows: as gitlab-runner does with the prefixes that GitLab names. What could be
 * the start of a prefix is held back until more comes.
 */
final class TokenMasker {

  private static final byte[] MASK = "[MASKED]".getBytes(StandardCharsets.UTF_8);

  /** gitlab-runner's own limit. */
  private static final int MOST = 15;

  private final List<byte[]> prefixes;
  private final Masker.Sink out;
  private byte[] held = new byte[0];
  private boolean inToken;
  private boolean masked;

  TokenMasker(Collection<String> prefixes, Masker.Sink out) {
    this.prefixes =
        prefixes.stream()
            .filter(prefix -> !prefix.isEmpty())
            .distinct()
            .limit(MOST)
            .map(prefix -> prefix.getBytes(StandardCharsets.UTF_8))
            .sorted(Comparator.<byte[]>comparingInt(prefix -> prefix.length).reversed())
            .toList();
    this.out = out;
  }

  void write(byte[] bytes, int length) {
    if (prefixes.isEmpty()) {
      out.accept(bytes, length);
      return;
    }
    byte[] all = Arrays.copyOf(held, held.length + length);
    System.arraycopy(bytes, 0, all, held.length, length);
    held = new byte[0];
    scan(all, false);
  }

  /** Lets out what is held back. */
  void flush() {
    byte[] rest = held;
    held = new byte[0];
    scan(rest, true);
  }

  private void scan(byte[] all, boolean last) {
    ByteArrayOutputStream clean = new ByteArrayOutputStream(all.length + MASK.length);
    int at = 0;
    while (at < all.length) {
      if (inToken && isTokenPart(all[at])) {
        masked = true;
        at++;
        continue;
      }
      endToken(clean);
      int found = prefixAt(all, at, last);
      if (found < 0) {
        held = Arrays.copyOfRange(all, at, all.length);
        break;
      }
      inToken = found > 0;
      int step = Math.max(1, found);
      clean.write(all, at, step);
      at += step;
    }
    if (last) {
      endToken(clean);
    }
    if (clean.size() > 0) {
      out.accept(clean.toByteArray(), clean.size());
    }
  }

  private void endToken(ByteArrayOutputStream clean) {
    if (masked) {
      clean.writeBytes(MASK);
    }
    inToken = false;
    masked = false;
  }

  /** Length of the longest prefix here; 0 for none; -1 when one may still come. */
  private int prefixAt(byte[] all, int at, boolean last) {
    for (byte[] prefix : prefixes) {
      int there = Math.min(prefix.length, all.length - at);
      if (Arrays.equals(all, at, at + there, prefix, 0, there)) {
        if (there == prefix.length) {
          return there;
        }
        if (!last) {
          return -1;
        }
      }
    }
    return 0;
  }

  private static boolean isTokenPart(byte b) {
    return (b >= '0' && b <= '9')
        || (b >= 'A' && b <= 'Z')
        || (b >= 'a' && b <= 'z')
        || b == '-'
        || b == '.'
        || b == '_'
        || b == '=';
  }
}
