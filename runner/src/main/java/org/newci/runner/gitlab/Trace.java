package org.newci.runner.gitlab;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The log of one job: secrets masked, not longer than its limit, kept until the job has ended so
 * that any part can be sent again. Safe for several threads.
 */
public final class Trace {

  private static final int RUNNER = 0;
  private static final int JOB = 1;

  private final long limit;
  private final Masker masker;
  private final TokenMasker tokens;
  private final List<TimeStamper> stamps;
  private final CRC32 crc = new CRC32();
  private byte[] bytes = new byte[8192];
  private int size;
  private int stream = RUNNER;
  private boolean full;
  private boolean ended;
  private boolean limited = true;

  /**
   * What is done to all that goes in.
   *
   * @param limit bytes of output that are kept
   * @param secrets values that must not appear
   * @param tokenPrefixes after which a token begins that must not appear
   * @param times what tells the time of each line; null when lines have none
   */
  public record Rules(
      long limit,
      Collection<String> secrets,
      Collection<String> tokenPrefixes,
      @Nullable Clock times) {}

  public Trace(Rules rules) {
    this.limit = rules.limit();
    this.masker = new Masker(SecretForms.of(rules.secrets()));
    this.tokens = new TokenMasker(rules.tokenPrefixes(), this::stamp);
    Clock times = rules.times();
    this.stamps =
        times == null
            ? List.of()
            : List.of(
                new TimeStamper(times, RUNNER, this::append),
                new TimeStamper(times, JOB, this::append));
  }

  /** Adds output of the job. */
  public synchronized void write(byte[] piece, int length) {
    write(JOB, piece, length);
  }

  /** Adds a text of the runner. */
  public synchronized void write(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    write(RUNNER, utf8, utf8.length);
  }

  private void write(int from, byte[] piece, int length) {
    if (ended) {
      return;
    }
    if (from != stream) {
      flushMaskers();
      stream = from;
    }
    masker.write(piece, length, tokens::write);
    notifyAll();
  }

  private void flushMaskers() {
    masker.flush(tokens::write);
    tokens.flush();
  }

  private void stamp(byte[] clean, int length) {
    if (stamps.isEmpty()) {
      append(clean, length);
    } else {
      stamps.get(stream).write(clean, length);
    }
  }

  /** Adds the runner's last words, also when the log is full, and ends it. */
  public synchronized void end(String text) {
    if (!ended) {
      flushMaskers();
      stamps.reversed().forEach(TimeStamper::flush);
      limited = false;
      stream = RUNNER;
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      stamp(utf8, utf8.length);
      stamps.forEach(TimeStamper::flush);
      ended = true;
      notifyAll();
    }
  }

  /** Waits until there are more bytes than that, or the log has ended, or the time is over. */
  public synchronized void await(long beyond, Duration time) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    while (size <= beyond && !ended) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return;
      }
      wait(left);
    }
  }

  /** Waits until the log has ended or the time is over. */
  public synchronized void awaitEnd(Duration time) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    while (!ended) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return;
      }
      wait(left);
    }
  }

  /** At most that many bytes from an offset. */
  public synchronized byte[] slice(long from, int most) {
    int start = (int) Math.min(from, size);
    return Arrays.copyOfRange(bytes, start, Math.min(size, start + most));
  }

  /** Bytes so far. */
  public synchronized long size() {
    return size;
  }

  /** True when nothing more will come. */
  public synchronized boolean ended() {
    return ended;
  }

  /** CRC-32 (IEEE) of all bytes. */
  public synchronized long crc32() {
    return crc.getValue();
  }

  private void append(byte[] piece, int length) {
    if (!limited) {
      put(piece, length);
      return;
    }
    if (full) {
      return;
    }
    int fits = (int) Math.min(length, limit - size);
    put(piece, fits);
    if (fits < length) {
      full = true;
      byte[] sentence =
          ("\n\u001b[33;1mJob's log exceeded limit of %d bytes.\n\u001b[0;m"
                  + "Job execution will continue but no more output will be collected.\n")
              .formatted(limit)
              .getBytes(StandardCharsets.UTF_8);
      put(sentence, sentence.length);
    }
  }

  private void put(byte[] piece, int length) {
    if (size + length > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + length));
    }
    System.arraycopy(piece, 0, bytes, size, length);
    size += length;
    crc.update(piece, 0, length);
  }
}
