package org.newci.runner.gitlab;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class TraceTest {

  private static Trace trace(long limit, List<String> secrets) {
    return new Trace(new Trace.Rules(limit, secrets, List.of(), null));
  }

  private static String text(Trace trace) {
    return new String(trace.slice(0, Integer.MAX_VALUE), StandardCharsets.UTF_8);
  }

  @Test
  void masksValuesCutAnywhere() {
    String text = "x secret-one y secret-onetwo secret-on secret-oneSECRET zz\n";
    String expected = "x [MASKED] y [MASKED] secret-on [MASKED][MASKED] zz\n";
    for (int seed = 0; seed < 500; seed++) {
      Random dice = new Random(seed);
      Trace trace = trace(10_000, List.of("secret-one", "secret-onetwo", "SECRET"));
      int at = 0;
      while (at < text.length()) {
        int next = Math.min(text.length(), at + 1 + dice.nextInt(12));
        trace.write(text.substring(at, next));
        at = next;
      }
      trace.end("");
      assertThat(text(trace)).as("seed " + seed).isEqualTo(expected);
    }
  }

  /** As {@code echo}, {@code base64}, {@code curl --user} and forms write them. */
  @Test
  void masksEncodedValuesToo() {
    String secret = "p@ss word/with+signs?and=more";
    String longer = secret.repeat(4);
    Base64.Encoder base64 = Base64.getEncoder();
    for (String before : List.of("", "u", "us", "user:")) {
      for (String after : List.of("", "\n", " and more")) {
        String plain = before + secret + after;
        byte[] bytes = plain.getBytes(StandardCharsets.UTF_8);
        for (String encoded :
            List.of(
                base64.encodeToString(bytes),
                Base64.getUrlEncoder().encodeToString(bytes),
                URLEncoder.encode(plain, StandardCharsets.UTF_8),
                URLEncoder.encode(plain, StandardCharsets.UTF_8).replace("+", "%20"))) {
          Trace trace = trace(10_000, List.of(secret));
          trace.write(encoded);
          trace.end("");
          assertThat(text(trace)).as(encoded).contains("[MASKED]");
          // What is left beside the mask is at most the sextets that neighbours share, and those.
          assertThat(text(trace).replace("[MASKED]", "").length())
              .as(encoded + " " + text(trace))
              .isLessThanOrEqualTo(2 * (before.length() + after.length()) + 6);
        }
      }
    }
    Trace lines = trace(10_000, List.of(longer));
    lines.write(Base64.getMimeEncoder().encodeToString(longer.getBytes(StandardCharsets.UTF_8)));
    lines.end("");
    assertThat(text(lines))
        .matches("(?s)(\\[MASKED\\][A-Za-z0-9+/=]{0,3}\\s*)+[A-Za-z0-9+/=]{0,7}");
  }

  @Test
  void letsOutWhatOnlyLookedLikeASecret() {
    Trace trace = trace(1000, List.of("abcdef"));
    trace.write("ends in abc");
    assertThat(text(trace)).isEqualTo("ends in ");
    trace.end("!");
    assertThat(text(trace)).isEqualTo("ends in abc!");
  }

  @Test
  void manyShortSecretsDoNotOverflow() {
    Trace trace = trace(100_000, List.of("a"));
    trace.write("a".repeat(5000));
    trace.end("");
    assertThat(text(trace)).isEqualTo("[MASKED]".repeat(5000));
  }

  @Test
  void dropsWhatIsBeyondTheLimitAndSaysSo() {
    Trace trace = trace(2000, List.of());
    for (int i = 0; i < 1000; i++) {
      trace.write("0123456789");
    }
    trace.end("the end\n");
    assertThat(text(trace))
        .startsWith("0123456789".repeat(200) + "\n")
        .contains("Job's log exceeded limit of 2000 bytes.")
        .endsWith("the end\n");
    assertThat(trace.size()).isLessThan(2300);
  }

  @Test
  void checksumIsOfAllThatIsSent() {
    Trace trace = trace(1000, List.of("hidden"));
    trace.write("a hidden b");
    trace.end("\n");
    CRC32 crc = new CRC32();
    crc.update("a [MASKED] b\n".getBytes(StandardCharsets.UTF_8));
    assertThat(trace.crc32()).isEqualTo(crc.getValue());
  }
}
