package org.newci.runner.job;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.newci.runner.gitlab.Trace;

/** Writes the runner's own lines into a job's log, in the form that GitLab's pages fold. */
final class JobLog {

  private static final String CLEAR = "\u001b[0K";
  private static final String CYAN = "\u001b[36;1m";
  private static final String YELLOW = "\u001b[33;1m";
  private static final String GREEN = "\u001b[32;1m";
  private static final String RED = "\u001b[31;1m";
  private static final String RESET = "\u001b[0;m";

  private final Trace trace;
  private final Clock clock;
  private final boolean sections;
  private final List<String> times = new ArrayList<>();

  JobLog(Trace trace, Clock clock, boolean sections) {
    this.trace = trace;
    this.clock = clock;
    this.sections = sections;
  }

  /** A part of the log that can be folded; close it at its end. */
  Section section(String name, String title) {
    mark("start", name);
    trace.write(CLEAR + CYAN + title + RESET + "\n");
    long began = System.nanoTime();
    return () -> {
      mark("end", name);
      times.add("%s %d ms".formatted(name, (System.nanoTime() - began) / 1_000_000));
    };
  }

  /** The part in which lines of the job's author run. */
  Section scriptSection(String name) {
    return section(name, "Executing \"%s\" stage of the job script".formatted(name));
  }

  /** How long each part took, for the runner's own log. */
  String times() {
    return String.join(", ", times);
  }

  /** The end of a part. */
  interface Section extends AutoCloseable {
    @Override
    void close();
  }

  private void mark(String edge, String name) {
    if (sections) {
      trace.write(
          "section_%s:%d:%s\r%s".formatted(edge, clock.instant().getEpochSecond(), name, CLEAR));
    }
  }

  void line(String text) {
    trace.write(text + "\n");
  }

  void important(String text) {
    trace.write(GREEN + text + RESET + "\n");
  }

  void warn(String text) {
    trace.write(YELLOW + text + RESET + "\n");
  }

  void error(String text) {
    trace.write(RED + text + RESET + "\n");
  }

  /** Output of the job. */
  void output(byte[] bytes, int length) {
    trace.write(bytes, length);
  }

  /** The last line of a job that went well. */
  static String succeeded() {
    return GREEN + "Job succeeded" + RESET + "\n";
  }

  /** The last line of one that did not. */
  static String failed(String why) {
    return RED + "ERROR: Job failed" + why + RESET + "\n";
  }
}
