package org.newci.runner.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GlobTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "out out true",
        "out/ out true",
        "./out out true",
        "out out/a false",
        "*.txt a.txt true",
        "*.txt d/a.txt false",
        "**/*.txt a.txt true",
        "**/*.txt d/e/a.txt true",
        "d/**/a d/a true",
        "d/**/a d/x/y/a true",
        "d/** d/x/y true",
        "a?c abc true",
        "a?c a/c false",
        "[a-c]x bx true",
        "[!a-c]x bx false",
        "[!a-c]x /x false",
        "{a,b}.o b.o true",
        "{a,b}.o c.o false",
        "a.b axb false",
        "a+b(c) a+b(c) true",
        "a\\*b a*b true",
        "a\\*b axb false",
        "x[ x[ true",
        ". anything/at/all true",
      })
  void matchesLikeDoublestar(String glob, String path, boolean matches) {
    assertThat(Glob.of(glob).matches(path)).isEqualTo(matches);
  }

  @ParameterizedTest
  @CsvSource({"out/a/*.txt,out/a", "out,out", "**/x,''", "a/b?/c,a"})
  void knowsWhereToStart(String glob, String base) {
    assertThat(Glob.of(glob).base()).isEqualTo(base);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/etc/passwd", "../x", "a/../../x", "a/.."})
  void staysInTheProject(String glob) {
    assertThatThrownBy(() -> Glob.of(glob))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(glob);
  }
}
