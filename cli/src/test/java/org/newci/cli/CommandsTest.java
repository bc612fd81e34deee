package org.newci.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.newci.cli.FakeController.build;
import static org.newci.cli.FakeController.step;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.newci.auth.Audience;
import org.newci.auth.BearerToken;
import org.newci.auth.Caller;
import org.newci.auth.Scope;
import org.newci.auth.SigningKey;
import org.newci.auth.TokenVerifier;
import org.newci.cli.setup.DataFolder;
import org.newci.cli.setup.Part;
import org.newci.cli.setup.Ports;
import org.newci.cli.setup.PrivateFiles;
import org.newci.cli.setup.SetUp;
import org.newci.contracts.controller.ReplayView;

class CommandsTest {

  @TempDir private Path temp;
  private final FakeController controller = new FakeController();

  @AfterEach
  void stop() {
    controller.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "up",
        "down",
        "env",
        "demo",
        "submit",
        "status",
        "logs",
        "cancel",
        "why",
        "replay",
        "retry",
        "token",
        "serve",
        "setup",
        "stop",
        "resume",
        "registry",
        "lint"
      })
  void everyCommandHasHelp(String command) {
    assertThat(controller.newci(command, "--help")).isZero();
    assertThat(controller.out).contains("Usage: newci " + command);
  }

  @Test
  void submitPrintsTheIdAndSendsWhatWasTyped() {
    assertThat(
            controller.newci(
                "submit",
                "--repo",
                "git://x/y",
                "--ref",
                "v1",
                "--artifact",
                "a/b",
                "--published-name",
                "c"))
        .isZero();
    assertThat(controller.out).isEqualTo("the-id\n");
    assertThat(controller.submitted.getFirst().repo()).isEqualTo("git://x/y");
    assertThat(controller.submitted.getFirst().ref()).isEqualTo("v1");
    assertThat(controller.submitted.getFirst().artifact()).isEqualTo("a/b");
    assertThat(controller.submitted.getFirst().publishedName()).isEqualTo("c");
  }

  @Test
  void submitWaitTellsEachStepOnceAndWithoutControlCharacters() {
    controller.looks.addAll(
        List.of(
            build(null),
            build(null, step("mirror", "running")),
            build(null, step("mirror", "running")),
            build(null, step("mirror", "succeeded"), step("build", "running")),
            build("succeeded", step("mirror", "succeeded"), step("build", "succeeded"))));
    assertThat(controller.newci("submit", "--repo", "r", "--ref", "v", "--wait")).isZero();
    assertThat(controller.out.lines())
        .containsExactly(
            "the-id",
            "mirror   ...       did mirror",
            "mirror   succeeded did mirror (1.50 s)",
            "build    ...       did build",
            "build    succeeded did build (1.50 s)",
            "succeeded: it is [31mso[0m",
            "https://localhost:1/hello");
  }

  @ParameterizedTest
  @CsvSource({"succeeded,0", "failed,1", "cancelled,4", "timed out,5"})
  void theExitCodeTellsTheOutcome(String outcome, int code) {
    controller.looks.add(build(outcome));
    assertThat(controller.newci("submit", "--repo", "r", "--ref", "v", "--wait")).isEqualTo(code);
    assertThat(controller.newci("retry", "the-id", "--wait")).isEqualTo(code);
  }

  @Test
  void aWrongCommandLineIs2() {
    assertThat(controller.newci("submit", "--repo", "r")).isEqualTo(2);
    assertThat(controller.err).contains("--ref");
    assertThat(controller.newci("nonsense")).isEqualTo(2);
    assertThat(controller.newci()).isEqualTo(2);
    assertThat(controller.newci("serve", "nonsense")).isEqualTo(2);
    assertThat(controller.err).contains("vcs-worker");
  }

  @Test
  void whoIsRefusedOrFindsNobodyGets3AndASentence() {
    assertThat(controller.newci("logs", "unknown")).isEqualTo(3);
    assertThat(controller.err).isEqualTo("newci: There is no build 'unknown'.\n");
    assertThat(
            controller.newci(
                Map.of("NEWCI_URL", "http://localhost:1", "NEWCI_TOKEN", "a.b.c"), "status"))
        .isEqualTo(3);
    assertThat(controller.err).isEqualTo("newci: The controller refused the connection.\n");
    assertThat(controller.newci(Map.of(), "status")).isEqualTo(3);
    assertThat(controller.err).contains("Nothing is set up in /nonexistent");
  }

  @Test
  void logsAreFollowedByOffset() {
    controller.log = "line 1\nline ä\n";
    controller.looks.addAll(List.of(build(null), build("failed")));
    assertThat(controller.newci("logs", "the-id", "--follow")).isEqualTo(Exit.FAILED);
    assertThat(controller.out).isEqualTo("line 1\nline ä\n");
    assertThat(controller.asked).containsExactly("log from 0", "log from 15");
  }

  @Test
  void whySaysEachCondition() {
    assertThat(controller.newci("why", "the-id")).isZero();
    assertThat(controller.out.lines())
        .containsExactly(
            "queued: Waits for its turn.",
            "  no  project-free since 2026-11-25T12:00:00Z: Build x is under way.",
            "  yes place-free: There is a place.");
  }

  @Test
  void replayGoesOnUntilThereIsNothingMore() {
    controller.replays.add(new ReplayView(200, 1_400, null, 200L));
    controller.replays.add(new ReplayView(7, 50, null, null));
    assertThat(controller.newci("replay")).isZero();
    assertThat(controller.asked).containsExactly("replay after 0", "replay after 200");
    assertThat(controller.out).contains("207 builds, 1450 events: all decided as before");
  }

  @Test
  void aReplayThatDiffersSaysWhere() {
    ReplayView.Difference found =
        new ReplayView.Difference("x", 4, "PIPELINE_LOOKED", "finished failed: No.", "building");
    controller.replays.add(new ReplayView(1, 4, found, null));
    assertThat(controller.newci("replay")).isEqualTo(1);
    assertThat(controller.out)
        .contains("build x, event 4 (PIPELINE_LOOKED)", "finished failed: No.", "building");
  }

  @Test
  void cancelAndRetryAsk() {
    assertThat(controller.newci("cancel", "the-id")).isZero();
    assertThat(controller.asked).containsExactly("cancel");
    assertThat(controller.newci("retry", "the-id")).isZero();
    assertThat(controller.out).isEqualTo("again\n");
  }

  @Test
  void tokensAreGoodForTheServicesOfTheirScopesAlone() throws Exception {
    DataFolder folder = setUp();
    String[] command = {
      "token",
      "--data",
      folder.toString(),
      "--subject",
      "ann",
      "--scope",
      "cd:post blobs:get",
      "--expires",
      "2h"
    };
    assertThat(controller.newci(Map.of(), command)).isZero();
    SigningKey key = SigningKey.fromPem(PrivateFiles.read(folder.signingKey()));
    BearerToken token = BearerToken.of(controller.out);
    for (Audience audience : List.of(Audience.CONTROLLER, Audience.ARTIFACT_STORE)) {
      Caller caller =
          new TokenVerifier(audience, List.of(key.verifyKey()), Clock.systemUTC()).verify(token);
      assertThat(caller.subject()).isEqualTo("ann");
      assertThat(caller.scopes()).containsExactlyInAnyOrder(Scope.CD_POST, Scope.BLOBS_GET);
    }
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () ->
                new TokenVerifier(Audience.VCS_WORKER, List.of(key.verifyKey()), Clock.systemUTC())
                    .verify(token))
        .isInstanceOf(org.newci.auth.TokenRefused.class);
  }

  @ParameterizedTest
  @CsvSource({
    "cd:post nonsense,1h,there is no 'nonsense'",
    "cd:post,soon,'soon'",
    "cd:post,9999d,at most 366d"
  })
  void aTokenThatCannotBeIsAWrongCommandLine(String scope, String expires, String sentence) {
    String data = setUp().toString();
    assertThat(
            controller.newci(
                Map.of(),
                "token",
                "--data",
                data,
                "--subject",
                "ann",
                "--scope",
                scope,
                "--expires",
                expires))
        .isEqualTo(2);
    assertThat(controller.err).contains(sentence);
  }

  @Test
  void envPrintsWhatAShellCanRead() {
    DataFolder folder = setUp();
    assertThat(controller.newci(Map.of(), "env", "--data", folder.toString())).isZero();
    Map<String, String> read = new HashMap<>();
    controller
        .out
        .lines()
        .forEach(
            line -> {
              assertThat(line).matches("export NEWCI_[A-Z_]+=[A-Za-z0-9_./:@%+=,-]+");
              String[] parts = line.substring("export ".length()).split("=", 2);
              read.put(parts[0], parts[1]);
            });
    assertThat(read.keySet())
        .containsExactlyInAnyOrder(
            "NEWCI_URL",
            "NEWCI_BLOBS_URL",
            "NEWCI_VCS_URL",
            "NEWCI_DEPLOY_URL",
            "NEWCI_SITE_URL",
            "NEWCI_GITLAB_URL",
            "NEWCI_GITLAB_TOKEN",
            "NEWCI_CA",
            "NEWCI_TOKEN");
    assertThat(read)
        .containsEntry("NEWCI_CA", folder.ca().toString())
        .containsEntry("NEWCI_URL", Ports.of(folder).url(Part.CONTROLLER).toString());
    assertThat(controller.newci(Map.of(), "env", "--data", temp + "/none")).isEqualTo(1);
    assertThat(controller.err).contains("newci up --data " + temp + "/none");
  }

  @Test
  void downWhereNothingRunsIsFine() {
    assertThat(controller.newci(Map.of(), "down", "--data", temp + "/none")).isZero();
    assertThat(controller.err).contains("nothing ran");
  }

  private DataFolder setUp() {
    DataFolder folder = new DataFolder(temp.resolve("data"));
    new SetUp(folder, Clock.systemUTC()).ensure();
    return folder;
  }

  @Test
  void theRegistryThatUpWritesIsRight() {
    DataFolder folder = new DataFolder(temp.resolve("data"));
    new SetUp(folder, Clock.systemUTC()).ensure();
    assertThat(controller.newci("registry", "check", folder.registry().toString())).isZero();
    assertThat(controller.out).contains("nothing is wrong (3 patterns)");
  }

  @Test
  void aWrongRegistryIsSaidWithFileLineAndSentence() throws Exception {
    Path file = temp.resolve("projects.yaml");
    Files.writeString(file, "projects:\n  - match: nowhere\n    submit: [ann]\n");
    assertThat(controller.newci("registry", "check", file.toString())).isEqualTo(1);
    assertThat(controller.out.lines())
        .hasSize(2)
        .first()
        .asString()
        .startsWith(file + ":2: In this project, the URL pattern is 'nowhere' (expected ");
    assertThat(controller.newci("registry", "check", temp.resolve("none").toString())).isEqualTo(1);
    assertThat(controller.out).contains("cannot be read");
    assertThat(controller.newci("registry")).isEqualTo(2);
  }

  @Test
  void stopSendsItsReasonAndResumeEndsIt() {
    assertThat(controller.newci("stop")).isEqualTo(2);
    assertThat(controller.newci("stop", "--reason", "disk full")).isZero();
    assertThat(controller.out)
        .contains("stopped by me")
        .contains("disk full")
        .contains("going on: b-7");
    assertThat(controller.newci("resume", "--environment", "live")).isZero();
    assertThat(controller.asked).containsExactly("stop disk full null", "resume null live");
  }
}
