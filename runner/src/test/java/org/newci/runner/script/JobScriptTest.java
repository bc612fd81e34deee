package org.newci.runner.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.newci.runner.gitlab.JobVariable;

/** The generated script, run by the real bash. */
class JobScriptTest {

  @TempDir Path dir;

  private record Ran(int code, String output) {}

  private Ran run(List<JobVariable> variables, String... lines)
      throws IOException, InterruptedException {
    List<JobVariable> all = new ArrayList<>(variables);
    all.add(JobVariable.plain("CI_PROJECT_DIR", dir.toString()));
    String script =
        JobScript.of(new Variables(all, dir + "/.variables"), "running", List.of(lines));
    ProcessBuilder bash = new ProcessBuilder("bash", "-l").redirectErrorStream(true);
    bash.environment().putAll(Map.of("HOME", dir.toString(), "LC_ALL", "C.UTF-8"));
    Process process = bash.start();
    try (var in = process.getOutputStream()) {
      in.write(script.getBytes(StandardCharsets.UTF_8));
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ran(process.waitFor(), output);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0 true",
        "1 false",
        "3 exit 3",
        "0 exit 0",
        "1 false ; true",
        "0 false && true",
        "1 true && false",
        "0 false || true",
        "1 false | true",
        "0 ! true",
        "0 if false; then true; fi",
        "7 (exit 7)",
        "0 set +e; false; true",
        "127 no-such-command-here",
        "0 echo $NOT_SET_ANYWHERE",
        "0 cat",
        "137 kill -KILL $BASHPID",
        "1 x=$(false)",
        "1 local x=$(false)",
        "0 f() { false; echo on; }; f || true",
        "1 for i in 1 2; do false; done",
        "0 while read -r l; do false; done < /dev/null",
        "2 if ",
      })
  void endsWithTheCodeOfTheFirstFailure(String codeAndLine) throws Exception {
    int blank = codeAndLine.indexOf(' ');
    Ran ran = run(List.of(), codeAndLine.substring(blank + 1), "echo reached > /dev/null");
    assertThat(ran.code())
        .as(ran.output())
        .isEqualTo(Integer.parseInt(codeAndLine.substring(0, blank)));
  }

  @Test
  void oneShellRunsAllLines() throws Exception {
    Ran ran =
        run(
            List.of(),
            "mkdir sub && cd sub",
            "export A=1",
            "g() { echo \"in $1 $A\"; }",
            "g $(basename \"$PWD\")");
    assertThat(ran.output()).contains("in sub 1");
    assertThat(ran.code()).isZero();
  }

  @Test
  void stopsAtTheFailingLineAndShowsEachCommandBefore() throws Exception {
    Ran ran = run(List.of(), "echo first", "false", "echo never");
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.output())
        .isEqualTo("\u001b[32;1m$ echo first\u001b[0;m\nfirst\n\u001b[32;1m$ false\u001b[0;m\n");
  }

  @Test
  void aBlockIsShownByItsFirstLineAndEndsInItsMiddle() throws Exception {
    Ran ran = run(List.of(), "echo a\nfalse\necho b\n");
    assertThat(ran.output())
        .isEqualTo("\u001b[32;1m$ echo a # collapsed multi-line command\u001b[0;m\na\n");
    assertThat(ran.code()).isEqualTo(1);
  }

  @Test
  void hereDocumentsAndQuotesSurvive() throws Exception {
    Ran ran = run(List.of(), "cat <<'END'\n$x 'y' \"z\" \\n\nEND", "echo \"it's\" 'a \"b\"' \\\\");
    assertThat(ran.output()).contains("$x 'y' \"z\" \\n\n").contains("it's a \"b\" \\\n");
    assertThat(ran.code()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain",
        "with space",
        "'; rm -rf /; '",
        "\"$(id)\" `id` ${x}",
        "a\\b\\",
        "tab\there",
        "line\nline\n",
        "\u0001\u007f",
        "ünïcödé €",
        "!history",
        "-n",
        "~",
        "*",
        "\\x41",
        "",
        "\r\n"
      })
  void variablesArriveAsTheyAre(String value) throws Exception {
    Ran ran =
        run(
            List.of(JobVariable.plain("V", value)),
            "env -0 | sed -z -n 's/^V=//p' | od -An -v -tx1 | tr -d ' \\n'; echo; echo END");
    String hex =
        java.util.HexFormat.of().formatHex((value + "\0").getBytes(StandardCharsets.UTF_8));
    assertThat(ran.output()).contains("\n" + hex + "\nEND");
  }

  @Test
  void fileVariablesHoldAPath() throws Exception {
    Ran ran =
        run(
            List.of(new JobVariable("KEY", "one\n%s \\ two", true, false, true)),
            "cat \"$KEY\"",
            "echo; echo at $KEY");
    assertThat(ran.output()).contains("one\n%s \\ two").contains("at " + dir + "/.variables/KEY");
  }

  @Test
  void commandsCannotReadTheScript() throws Exception {
    Ran ran = run(List.of(), "cat", "head -c 10; echo still here");
    assertThat(ran.output()).endsWith("still here\n");
  }

  @Test
  void standardErrorAndEmptyLinesAreKept() throws Exception {
    Ran ran = run(List.of(), "", "echo oops >&2");
    assertThat(ran.output()).startsWith("\n").endsWith("oops\n");
  }

  @Test
  void traceModeShowsCommands() throws Exception {
    Ran ran = run(List.of(JobVariable.plain("CI_DEBUG_TRACE", "true")), "echo $((1 + 1))");
    assertThat(ran.output()).contains("+ echo 2");
  }
}
