package org.newci.standin.hook;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What goes wrong with events on purpose, so that receivers can be tried: {@code
 * lose=0.1,double=0.1,delay=0.2:500ms,reorder=0.2:2s,seed=7}. Each part is a probability; delay and
 * reorder also name the longest time. A delayed event holds up those behind it, a reordered one is
 * overtaken by them.
 */
public final class HookFaults {

  /** Nothing goes wrong. */
  public static final HookFaults NONE =
      new HookFaults(new Part(0, 0), new Part(0, 0), new Part(0, 0), new Part(0, 0), 0);

  private static final Pattern PART =
      Pattern.compile("(lose|double|delay|reorder)=(0(?:\\.\\d{1,4})?|1)(?::(\\d{1,5})(ms|s))?");

  private record Part(double probability, long longestMillis) {}

  /** What happens to one event. */
  record Fate(boolean lost, boolean twice, Duration delay, Duration late) {}

  private final Part lose;
  private final Part twice;
  private final Part delay;
  private final Part reorder;
  private final Random random;
  private final ReentrantLock lock = new ReentrantLock();

  private HookFaults(Part lose, Part twice, Part delay, Part reorder, long seed) {
    this.lose = lose;
    this.twice = twice;
    this.delay = delay;
    this.reorder = reorder;
    this.random = new Random(seed);
  }

  /** From that text; a mistake is named in a sentence. */
  public static HookFaults parse(String text) {
    Part[] parts = {NONE.lose, NONE.twice, NONE.delay, NONE.reorder};
    long seed = 1;
    for (String word : text.isBlank() ? new String[0] : text.strip().split(",", -1)) {
      if (word.matches("seed=\\d{1,18}")) {
        seed = Long.parseLong(word.substring(5));
        continue;
      }
      Matcher part = PART.matcher(word);
      if (!part.matches()) {
        throw new IllegalArgumentException(
            "NEWCI_HOOK_FAULTS: '%s' is no fault (expected parts such as lose=0.1, double=0.1,"
                    .formatted(word)
                + " delay=0.2:500ms, reorder=0.2:2s, seed=7).");
      }
      long unit = "s".equals(part.group(4)) ? 1000 : 1;
      long longest = part.group(3) == null ? 1000 : Long.parseLong(part.group(3)) * unit;
      int place =
          switch (part.group(1)) {
            case "lose" -> 0;
            case "double" -> 1;
            case "delay" -> 2;
            default -> 3;
          };
      parts[place] = new Part(Double.parseDouble(part.group(2)), longest);
    }
    return new HookFaults(parts[0], parts[1], parts[2], parts[3], seed);
  }

  /** Draws what happens to the next event. */
  Fate next() {
    lock.lock();
    try {
      return new Fate(hits(lose), hits(twice), time(delay), time(reorder));
    } finally {
      lock.unlock();
    }
  }

  private boolean hits(Part part) {
    return part.probability() > 0 && random.nextDouble() < part.probability();
  }

  private Duration time(Part part) {
    return hits(part)
        ? Duration.ofMillis(1 + random.nextLong(Math.max(1, part.longestMillis())))
        : Duration.ZERO;
  }
}
