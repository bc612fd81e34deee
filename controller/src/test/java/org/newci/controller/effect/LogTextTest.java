package org.newci.controller.effect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LogTextTest {

  // One string a line, so that what is not visible is.
  @SuppressWarnings("StringConcatToTextBlock")
  private static final String RAW =
      "\u001b[0KRunning with gitlab-runner\r\n"
          + "section_start:1700000000:step_script\r\u001b[0K\u001b[36;1mExecuting\u001b[0;m\n"
          + "2021-01-01T01:00:00.020010Z 01O grüße\n"
          + "2021-01-01T01:00:00.020010Z 01O half of\n"
          + "2021-01-01T01:00:01.020010Z 01O+ a line\n"
          + "2021-01-01T01:00:01.020010Z 01E section_end:1700000001:step_script\r\u001b[0Kend\n"
          + "no line end";

  private static final String TEXT =
      "Running with gitlab-runner\nExecuting\ngrüße\nhalf of a line\nend\nno line end\n";

  @Test
  void decorationsAreTakenOutWhateverThePieces() {
    byte[] raw = RAW.getBytes(StandardCharsets.UTF_8);
    Random dice = new Random(3);
    for (int round = 0; round < 200; round++) {
      LogText text = new LogText();
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      for (int from = 0; from < raw.length; ) {
        int to = Math.min(raw.length, from + 1 + dice.nextInt(round < 100 ? 3 : 80));
        out.writeBytes(text.feed(Arrays.copyOfRange(raw, from, to)));
        from = to;
      }
      out.writeBytes(text.end());
      assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(TEXT);
    }
  }

  @Test
  void aWholeLineIsPassedOnAtOnce() {
    assertThat(new LogText().feed("one\ntw".getBytes(StandardCharsets.UTF_8)))
        .asString()
        .isEqualTo("one\n");
  }

  @Test
  void aLineWithoutEndDoesNotGrowForEver() {
    byte[] much = new byte[200_000];
    Arrays.fill(much, (byte) 'x');
    assertThat(new LogText().feed(much).length).isGreaterThanOrEqualTo(128 * 1024);
  }
}
