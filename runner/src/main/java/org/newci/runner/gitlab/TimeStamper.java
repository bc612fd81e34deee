package org.newci.runner.gitlab;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * Puts before each line of a log when it came, as gitlab-runner does (its feature flag {@code
 * FF_TIMESTAMPS}): the time in UTC with microseconds, the number of the stream and its kind, then a
 * blank, or {@code +} when the line goes on the one before. A piece that has a carriage return but
 * no line end goes out at once, for it shows progress.
 */
final class TimeStamper {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  /** A line that is longer goes out in parts. */
  private static final int LONGEST_LINE = 8 * 1024;

  private final Clock clock;
  private final String stream;
  private final Masker.Sink out;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private boolean goesOn;

  /**
   * @param stream 0 for the runner's own lines, 1 for those of the job
   */
  TimeStamper(Clock clock, int stream, Masker.Sink out) {
    this.clock = clock;
    this.stream = "%02xO".formatted(stream);
    this.out = out;
  }

  void write(byte[] bytes, int length) {
    int start = 0;
    boolean returns = false;
    for (int at = 0; at < length; at++) {
      if (bytes[at] == '\n') {
        add(bytes, start, at + 1 - start);
        emit();
        start = at + 1;
        returns = false;
      } else if (bytes[at] == '\r') {
        returns = true;
      }
    }
    if (start == length) {
      return;
    }
    add(bytes, start, length - start);
    if (returns || line.size() > LONGEST_LINE) {
      flush();
      goesOn = true;
    }
  }

  /** Ends a line that has no end yet. */
  void flush() {
    if (line.size() > 0) {
      line.write('\n');
      emit();
    }
  }

  private void add(byte[] bytes, int from, int length) {
    if (line.size() == 0) {
      String header = TIME.format(clock.instant()) + " " + stream + (goesOn ? "+" : " ");
      line.writeBytes(header.getBytes(StandardCharsets.US_ASCII));
      goesOn = false;
    }
    line.write(bytes, from, length);
  }

  private void emit() {
    byte[] whole = line.toByteArray();
    line.reset();
    out.accept(whole, whole.length);
  }
}
