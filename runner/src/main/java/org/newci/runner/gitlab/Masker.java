package org.newci.runner.gitlab;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Replaces secret values in a stream of bytes by {@code [MASKED]}, also when a value is cut over
 * several pieces. What could be the start of a value is held back until more comes.
 */
public final class Masker {

  private static final byte[] MASK = "[MASKED]".getBytes(StandardCharsets.UTF_8);

  /** By their first byte, the longest first. */
  private final Map<Byte, List<byte[]>> secrets = new HashMap<>();

  private byte[] held = new byte[0];

  /** Where the clean bytes go: an array and how many of it count, from its start. */
  public interface Sink extends BiConsumer<byte[], Integer> {}

  public Masker(Collection<String> values) {
    values.stream()
        .filter(value -> !value.isEmpty())
        .distinct()
        .map(value -> value.getBytes(StandardCharsets.UTF_8))
        .sorted(Comparator.<byte[]>comparingInt(value -> value.length).reversed())
        .forEach(value -> secrets.computeIfAbsent(value[0], first -> new ArrayList<>()).add(value));
  }

  /** Takes a piece. */
  public void write(byte[] bytes, int length, Sink sink) {
    if (secrets.isEmpty()) {
      sink.accept(bytes, length);
      return;
    }
    byte[] all = Arrays.copyOf(held, held.length + length);
    System.arraycopy(bytes, 0, all, held.length, length);
    held = new byte[0];
    scan(all, sink, false);
  }

  /** Lets out what is held back. */
  public void flush(Sink sink) {
    byte[] rest = held;
    held = new byte[0];
    scan(rest, sink, true);
  }

  private void scan(byte[] all, Sink sink, boolean last) {
    byte[] out = new byte[all.length + MASK.length];
    int size = 0;
    int at = 0;
    while (at < all.length) {
      int match = match(all, at, last);
      if (match < 0) {
        held = Arrays.copyOfRange(all, at, all.length);
        break;
      }
      if (size + MASK.length > out.length) {
        sink.accept(out, size);
        out = new byte[all.length + MASK.length];
        size = 0;
      }
      if (match > 0) {
        System.arraycopy(MASK, 0, out, size, MASK.length);
        size += MASK.length;
        at += match;
      } else {
        out[size++] = all[at++];
      }
    }
    if (size > 0) {
      sink.accept(out, size);
    }
  }

  /** Length of the longest secret here; 0 for none; -1 when a longer one may still come. */
  private int match(byte[] all, int at, boolean last) {
    for (byte[] secret : secrets.getOrDefault(all[at], List.of())) {
      int there = Math.min(secret.length, all.length - at);
      if (Arrays.equals(all, at, at + there, secret, 0, there)) {
        if (there == secret.length) {
          return there;
        }
        if (!last) {
          return -1;
        }
      }
    }
    return 0;
  }
}
