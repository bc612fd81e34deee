package org.newci.runner.gitlab;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.zip.CRC32;

/**
 * The log of one job: secrets masked, not longer than its limit, kept until the job has ended so
 * that any part can be sent again. Safe for several threads.
 */
public final class Trace {

  private final long limit;
  private final Masker masker;
  private final CRC32 crc = new CRC32();
  private byte[] bytes = new byte[8192];
  private int size;
  private boolean full;
  private boolean ended;

  /**
   * @param limit bytes of output that are kept
   * @param secrets values that must not appear
   */
  public Trace(long limit, Collection<String> secrets) {
    this.limit = limit;
    this.masker = new Masker(secrets);
  }

  /** Adds output of the job. */
  public synchronized void write(byte[] piece, int length) {
    masker.write(piece, length, this::append);
    notifyAll();
  }

  /** Adds a text of the runner. */
  public void write(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    write(utf8, utf8.length);
  }

  /** Adds the runner's last words, also when the log is full, and ends it. */
  public synchronized void end(String text) {
    if (!ended) {
      masker.flush(this::append);
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      put(utf8, utf8.length);
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
    if (full || ended) {
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
