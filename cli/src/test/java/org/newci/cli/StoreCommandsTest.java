package org.newci.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.newci.cli.FakeController.check;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.newci.contracts.controller.RollbackRequest;
import org.newci.contracts.store.RetentionRequest;

/** Going back, checking the store, and removing what is old. */
class StoreCommandsTest {

  private final FakeController controller = new FakeController();

  @AfterEach
  void stop() {
    controller.close();
  }

  @Test
  void rollbackSendsWhatWasTypedAndSaysWhatIsServed() {
    assertThat(controller.newci("rollback", "--name", "hello", "--why", "it is slow")).isZero();
    assertThat(controller.out).isEqualTo("sha256:ab12 is served at https://x/hello\n");
    assertThat(
            controller.newci(
                "rollback",
                "--environment=staging",
                "--name=hello",
                "--to=b-1",
                "--why=it is slow"))
        .isZero();
    assertThat(controller.rolledBack)
        .containsExactly(
            new RollbackRequest(null, "hello", null, "it is slow"),
            new RollbackRequest("staging", "hello", "b-1", "it is slow"));
  }

  @Test
  void aRollbackThatCannotBeSaysWhy() {
    assertThat(controller.newci("rollback", "--name", "nothing", "--why", "x")).isEqualTo(3);
    assertThat(controller.err).contains("Nothing was served as 'nothing' before.");
    assertThat(controller.newci("rollback", "--name", "hello")).isEqualTo(2);
    assertThat(controller.err).contains("--why");
    assertThat(controller.rolledBack).isEmpty();
  }

  @Test
  void aCheckIsWaitedForAndFailsWhenBytesAreDamaged() {
    controller.checks.add(check("running", List.of(), List.of()));
    controller.checks.add(check("done", List.of(), List.of("ab/cd")));
    assertThat(controller.newci("store", "check")).isZero();
    assertThat(controller.out)
        .isEqualTo(
            """
            orphan ab/cd
            done: 7 blobs, 99 bytes; 0 damaged, 0 missing, 1 orphans, 0 removed
            """);

    controller.checks.add(check("done", List.of("sha256:bad\u001b[1m"), List.of()));
    assertThat(controller.newci("store", "check", "--remove-orphans")).isEqualTo(1);
    assertThat(controller.out).startsWith("damaged sha256:bad[1m\n");
    assertThat(controller.asked).containsExactly("check false", "check true");

    controller.checks.add(check("failed", List.of(), List.of()));
    assertThat(controller.newci("store", "check")).isEqualTo(1);
  }

  @Test
  void retainAsksTheControllerAndSaysWhatGoes() {
    assertThat(controller.newci("store", "retain", "--dry-run", "--upload-days=30")).isZero();
    assertThat(controller.out)
        .isEqualTo(
            """
            would remove sha256:ab[1m
            would remove log of b
            would remove: 2 blobs (345 bytes) and 1 logs; kept 3 pinned and 4 in use
            """);
    assertThat(
            controller.newci(
                "store", "retain", "--artifact-days", "90", "--upload-days", "7", "--log-days=1"))
        .isZero();
    assertThat(controller.out).contains("removed: 2 blobs");
    assertThat(controller.retained)
        .containsExactly(
            new RetentionRequest(true, null, 30, null, null),
            new RetentionRequest(false, 90, 7, 1, null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "store",
        "store sweep",
        "store retain",
        "store retain --dry-run",
        "store retain --upload-days soon",
        "store check now"
      })
  void whatMakesNoSenseIsRefusedBeforeAnythingIsAsked(String line) {
    assertThat(controller.newci(line.split(" ", -1))).isEqualTo(2);
    assertThat(controller.err).isNotBlank();
    assertThat(controller.asked).isEmpty();
    assertThat(controller.retained).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"store", "store check", "store retain", "rollback"})
  void eachHasHelp(String line) {
    assertThat(controller.newci((line + " --help").split(" ", -1))).isZero();
    assertThat(controller.out).contains("Usage: newci " + line);
  }

  @Test
  void aStoreThatIsAwayIsASentence() {
    Map<String, String> nowhere =
        Map.of("NEWCI_BLOBS_URL", "http://localhost:1", "NEWCI_TOKEN", "a.b.c");
    assertThat(controller.newci(nowhere, "store", "check")).isEqualTo(3);
    assertThat(controller.err).contains("artifact store");
    assertThat(controller.newci(Map.of("NEWCI_BLOBS_URL", "http://x"), "store", "check"))
        .isEqualTo(2);
    assertThat(controller.err).contains("NEWCI_BLOBS_URL");
  }
}
