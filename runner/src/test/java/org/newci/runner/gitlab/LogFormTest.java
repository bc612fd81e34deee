package org.newci.runner.gitlab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Times of lines, hidden tokens, and how long a server is left alone. */
class LogFormTest {

  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2021-01-01T01:00:00.020010Z"), ZoneOffset.UTC);
  private static final String AT = "2021-01-01T01:00:00.020010Z ";

  private static String text(Trace trace) {
    return new String(trace.slice(0, Integer.MAX_VALUE), StandardCharsets.UTF_8);
  }

  private static void job(Trace trace, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    trace.write(utf8, utf8.length);
  }

  private static Trace trace(long limit, List<String> prefixes, Clock clock) {
    return new Trace(new Trace.Rules(limit, List.of("hunter22"), prefixes, clock));
  }

  @Test
  void linesHaveTimesAndPartsGoOn() {
    Trace trace = trace(10_000, List.of(), CLOCK);
    trace.write("runner\n");
    job(trace, "one\ntw");
    job(trace, "o\n\n.\r");
    job(trace, ".\r");
    job(trace, "done\r\nhunt");
    job(trace, "er22\nopen");
    trace.write("section_start:1:x\r\u001b[0K");
    trace.end("the end\n");
    assertThat(text(trace))
        .isEqualTo(
            AT
                + "00O runner\n"
                + AT
                + "01O one\n"
                + AT
                + "01O two\n"
                + AT
                + "01O \n"
                + AT
                + "01O .\r\n"
                + AT
                + "01O+.\r\n"
                + AT
                + "01O+done\r\n"
                + AT
                + "01O [MASKED]\n"
                + AT
                + "00O section_start:1:x\r\u001b[0K\n"
                + AT
                + "01O open\n"
                + AT
                + "00O+the end\n");
  }

  @Test
  void aLongLineComesInParts() {
    Trace trace = trace(100_000, List.of(), CLOCK);
    job(trace, "x".repeat(9000));
    job(trace, "y\n");
    assertThat(text(trace)).isEqualTo(AT + "01O " + "x".repeat(9000) + "\n" + AT + "01O+y\n");
  }

  @Test
  void theLastLineComesAfterTheLimit() {
    Trace trace = trace(100, List.of(), CLOCK);
    job(trace, "x".repeat(500) + "\n");
    trace.end("the end\n");
    assertThat(text(trace)).contains("exceeded limit of 100 bytes").endsWith(AT + "00O the end\n");
  }

  @Test
  void tokensAreHiddenWhereverTheyAreCut() {
    String text = "a glpat-x1.y_z= b glpat- c glglpat-9 glpat-zz\n";
    String expected = "a glpat-[MASKED] b glpat- c glglpat-[MASKED] glpat-[MASKED]\n";
    for (int seed = 0; seed < 300; seed++) {
      Random dice = new Random(seed);
      Trace trace = trace(10_000, List.of("glpat-", "gl-"), null);
      int at = 0;
      while (at < text.length()) {
        int next = Math.min(text.length(), at + 1 + dice.nextInt(9));
        job(trace, text.substring(at, next));
        at = next;
      }
      trace.end("");
      assertThat(text(trace)).as("seed " + seed).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @CsvSource({
    ",,0",
    ",7,7",
    ",x,0",
    ",99999,600",
    "'Fri, 01 Jan 2021 01:00:09 GMT',7,9",
    "'Fri, 01 Jan 2021 01:00:09 UTC',,9",
    "'Fri, 01 Jan 2021 00:00:00 GMT',,0",
    "tomorrow,7,7",
  })
  void aServerSaysHowLongToWait(String reset, String seconds, long expected) {
    Instant now = Instant.parse("2021-01-01T01:00:00Z");
    assertThat(RetryAfter.of(reset, seconds, now)).isEqualTo(Duration.ofSeconds(expected));
  }
}
