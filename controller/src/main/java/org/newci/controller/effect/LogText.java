package org.newci.controller.effect;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes a job's raw log into plain text, line by line: without the runner's times (docs.gitlab.com,
 * runner feature flag FF_TIMESTAMPS), the markers of sections (docs.gitlab.com, ci/jobs/job_logs)
 * and colours (ECMA-48). The same bytes give the same text in whatever pieces they come.
 */
final class LogText {

  /** A line that is still longer is passed on in parts. */
  private static final int LONGEST_LINE = 64 * 1024;

  private static final Pattern TIME =
      Pattern.compile("^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d+Z [0-9a-f]{2}[OE]([+ ])");
  private static final Pattern SECTION =
      Pattern.compile("section_(?:start|end):\\d+:[^\\r\\n]*\\r(?:\\u001b\\[0K)?");
  private static final Pattern COLOUR = Pattern.compile("\\u001b\\[[0-9;?]*[ -/]*[@-~]");

  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private boolean owesLineEnd;

  /** The text that these further bytes complete. */
  byte[] feed(byte[] raw) {
    StringBuilder out = new StringBuilder();
    for (byte b : raw) {
      if (b == '\n') {
        emit(out, true);
      } else {
        line.write(b);
        if (line.size() >= LONGEST_LINE) {
          emit(out, false);
        }
      }
    }
    return bytes(out);
  }

  /** What is left at the end of the log. */
  byte[] end() {
    StringBuilder out = new StringBuilder();
    if (line.size() > 0) {
      emit(out, true);
    }
    if (owesLineEnd) {
      out.append('\n');
      owesLineEnd = false;
    }
    return bytes(out);
  }

  private void emit(StringBuilder out, boolean whole) {
    // Latin-1 keeps every byte as it is; the patterns are ASCII only.
    String text = line.toString(StandardCharsets.ISO_8859_1);
    line.reset();
    Matcher time = TIME.matcher(text);
    boolean timed = time.find();
    boolean goesOn = timed && "+".equals(time.group(1));
    if (timed) {
      text = text.substring(time.end());
    }
    if (owesLineEnd && !goesOn) {
      out.append('\n');
    }
    owesLineEnd = false;
    text = SECTION.matcher(text).replaceAll("");
    text = COLOUR.matcher(text).replaceAll("");
    text = text.replaceAll("\\r+$", "").replace('\r', '\n');
    out.append(text);
    if (whole && timed) {
      // Only the next line tells whether this one has ended.
      owesLineEnd = true;
    } else if (whole) {
      out.append('\n');
    }
  }

  private static byte[] bytes(StringBuilder text) {
    return text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }
}
