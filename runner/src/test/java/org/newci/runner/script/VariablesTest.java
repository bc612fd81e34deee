package org.newci.runner.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.newci.runner.gitlab.JobVariable;

class VariablesTest {

  private static JobVariable expandable(String key, String value) {
    return new JobVariable(key, value, false, false, false);
  }

  private final Variables variables =
      new Variables(
          List.of(
              JobVariable.plain("A", "1"),
              expandable("B", "$A-${A}"),
              expandable("C", "$B"),
              JobVariable.plain("RAW", "$A"),
              new JobVariable("KEY", "content", true, false, true),
              expandable("D", "$KEY"),
              expandable("A", "2")),
          "/files");

  @ParameterizedTest
  @CsvSource({
    "A,2",
    "B,2-2",
    "C,$A-${A}",
    "RAW,$A",
    "D,/files/KEY",
    "KEY,/files/KEY",
  })
  void areExpandedOnceFromWhatWasGiven(String name, String value) {
    assertThat(variables.get(name)).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource({
    "$A,2",
    "${A}x,2x",
    "$Ax,''",
    "a$,a$",
    "$$,$",
    "$/,$/",
    "${A,${A",
    "$1x,x",
    "x$UNKNOWN,x",
    "100%,100%",
  })
  void textsAreExpandedLikeGo(String text, String expected) {
    assertThat(variables.expand(text)).isEqualTo(expected);
  }

  @Test
  void namesThatBashWouldRefuseAreLeftOut() {
    Variables odd =
        new Variables(
            List.of(
                JobVariable.plain("a-b", "x"),
                JobVariable.plain("1A", "x"),
                JobVariable.plain("UID", "0"),
                JobVariable.plain("OK", "x")),
            "/files");
    assertThat(odd.refused()).containsExactly("a-b", "1A", "UID");
    assertThat(odd.all()).extracting(JobVariable::key).containsExactly("OK");
  }

  @Test
  void theirTextShowsNoValue() {
    assertThat(JobVariable.plain("PASSWORD", "hunter22").toString()).doesNotContain("hunter22");
  }
}
