package org.newci.acceptance.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.newci.acceptance.system.Shell;
import org.newci.acceptance.system.Sources;
import org.newci.neighbours.NeedsProgram;

/** The commands of {@code newci}, as typed. */
class CommandLineTest extends Fixture {

  @Test
  void submitWaitShowsEachStepAndTellsTheOutcomeByItsExitCode() {
    Sources.Repository repository = hello("cli", "typed\n");
    Shell.Result good =
        newci.newci(
            "submit",
            "--data",
            newci.data().toString(),
            "--repo",
            repository.url(),
            "--ref",
            "master",
            "--artifact",
            "hello.bin",
            "--published-name",
            "cli.bin",
            "--wait");
    assertThat(good.ok()).contains("mirror", "build", "collect", "deploy", "cli.bin");
    assertThat(newci.published("cli.bin").body()).isEqualTo(bytes("TYPED\n"));

    Sources.Repository failing = withCi("cli-fails", "build:\n  script: [exit 4]\n");
    Shell.Result bad =
        newci.newci(
            "submit",
            "--data",
            newci.data().toString(),
            "--repo",
            failing.url(),
            "--ref",
            "master",
            "--wait");
    assertThat(bad.exit()).isEqualTo(1);
    assertThat(bad.out() + bad.err()).contains("exit code 4");

    Shell.Result usage = newci.newci("submit", "--repo", "x");
    assertThat(usage.exit()).isEqualTo(2);
  }

  @Test
  void failingTestsAreCountedAndNamed() {
    String report =
        """
        <testsuites><testsuite name="calc" tests="3" failures="1">
          <testcase classname="Calc" name="adds"/>
          <testcase classname="Calc" name="divides"><failure message="0">by zero</failure></testcase>
          <testcase classname="Calc" name="roots"><skipped/></testcase>
        </testsuite></testsuites>
        """;
    String ci =
        """
        test:
          script: [exit 1]
          artifacts:
            reports:
              junit: report.xml
        """;
    Sources.Repository repository =
        sources.repository("cli-tests", Map.of(".gitlab-ci.yml", ci, "report.xml", report));
    Shell.Result result =
        newci.newci(
            "submit",
            "--data",
            newci.data().toString(),
            "--repo",
            repository.url(),
            "--ref",
            "master",
            "--wait");
    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.out() + result.err())
        .contains("1 passed, 1 failed, 1 skipped of 3", "failed: Calc.divides")
        .contains("1 of 3 tests failed: Calc.divides.");
  }

  @Test
  void statusLogsAndFollow() {
    Sources.Repository repository =
        withCi(
            "cli-log", "build:\n  script:\n    - for i in 1 2 3; do echo line $i; sleep 1; done\n");
    String id = newci.submit(repository.url(), "master", null);
    Shell.Result followed = newci.newci("logs", "--data", newci.data().toString(), id, "--follow");
    String text = followed.ok();
    assertThat(text.lines().filter(line -> line.equals("line 2")).count())
        .as("printed once:%n%s", text)
        .isEqualTo(1);
    assertThat(newci.newci("status", "--data", newci.data().toString()).ok()).contains(id);
    assertThat(newci.newci("logs", "--data", newci.data().toString(), id).ok()).contains("line 3");
    assertThat(newci.newci("logs", "--data", newci.data().toString(), "01nosuchbuild").exit())
        .isNotZero();
  }

  @Test
  @NeedsProgram("curl")
  void envServesCurlAsTheReadmeSays() {
    String script =
        "eval \"$(%s env --data %s)\" && curl --silent --fail --cacert \"$NEWCI_CA\""
                .formatted(org.newci.acceptance.system.Checkout.file("newci"), newci.data())
            + " -H \"Authorization: Bearer $NEWCI_TOKEN\" \"$NEWCI_URL/status\"";
    Shell.Result answer =
        Shell.run(
            folder,
            java.util.Map.of("NEWCI_NO_BUILD", "1"),
            Duration.ofSeconds(60),
            List.of("bash", "-c", script));
    assertThat(answer.ok()).startsWith("{\"builds\":");
  }

  @Test
  void helpIsEverywhere() {
    for (String command :
        List.of(
            "up", "down", "env", "demo", "submit", "status", "logs", "cancel", "retry", "token")) {
      assertThat(newci.newci(command, "--help").ok()).contains("Usage: newci " + command);
    }
  }
}
