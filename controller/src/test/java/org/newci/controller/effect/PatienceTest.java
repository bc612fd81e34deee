package org.newci.controller.effect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.security.cert.CertificateExpiredException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.newci.controller.SettableClock;
import org.newci.controller.build.Given;
import org.newci.shell.peer.PeerFailure;

class PatienceTest {

  private final SettableClock clock = new SettableClock(Given.START);
  private final Patience patience =
      new Patience(Stage.threads(clock), List.of(Duration.ofMillis(1), Duration.ofMillis(1)));

  /** Waiting moves the clock. */
  private record ClockStage(SettableClock settable) implements Stage {

    @Override
    public Act act(String name, Runnable body) {
      throw new UnsupportedOperationException(name);
    }

    @Override
    public Signal signal() {
      throw new UnsupportedOperationException("signal");
    }

    @Override
    public void pause(Duration time) {
      settable.forward(time);
    }

    @Override
    public Clock clock() {
      return settable;
    }

    @Override
    public RandomGenerator random() {
      return new Random(7);
    }
  }

  private static PeerFailure away() {
    return new PeerFailure.Unreachable("The worker refused the connection.", null);
  }

  @Test
  void anAbsentPeerIsAskedAgain() throws Exception {
    List<Duration> left = new ArrayList<>();
    String answer =
        patience.ask(
            Given.START.plusSeconds(60),
            deadline -> {
              left.add(deadline);
              if (left.size() < 3) {
                throw away();
              }
              return "here";
            });
    assertThat(answer).isEqualTo("here");
    assertThat(left).containsOnly(Duration.ofSeconds(60));
  }

  @Test
  void whatIsAnothersByNowIsNotAskedAgain() {
    List<Duration> left = new ArrayList<>();
    assertThatThrownBy(
            () ->
                patience.ask(
                    Given.START.plusSeconds(60),
                    () -> left.size() < 2,
                    deadline -> {
                      left.add(deadline);
                      throw away();
                    }))
        .isInstanceOf(InterruptedException.class);
    assertThat(left).hasSize(2);
  }

  /** A worker that lost somebody behind it may find him the next time. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "gitlab-unreachable",
        "store-unreachable",
        "target-unreachable",
        "connection-lost",
        "disk-full",
        "source-unreachable",
        "source-timeout",
        "busy"
      })
  void whatMayPassIsAskedAgain(String kind) throws Exception {
    int[] tries = {0};
    String answer =
        patience.ask(
            Given.START.plusSeconds(60),
            deadline -> {
              if (++tries[0] < 3) {
                throw new PeerFailure.Refused(502, kind, "It was lost.", "");
              }
              return "here";
            });
    assertThat(answer).isEqualTo("here");
  }

  @Test
  void notForEver() {
    int[] tries = {0};
    assertThatThrownBy(
            () ->
                patience.ask(
                    Given.START.plusSeconds(60),
                    deadline -> {
                      tries[0]++;
                      throw away();
                    }))
        .hasMessage("The worker refused the connection.");
    assertThat(tries[0]).isEqualTo(3);
  }

  @Test
  void aWrongCertificateIsGivenOnlyTheTimeOfARenewal() {
    Duration moment = Duration.ofMillis(1);
    Patience longer = new Patience(Stage.threads(clock), List.of(moment, moment, moment, moment));
    int[] tries = {0};
    PeerFailure wrong =
        new PeerFailure.Unreachable(
            "The worker has a certificate that has expired.",
            new IOException(new CertificateExpiredException()));
    assertThatThrownBy(
            () ->
                longer.ask(
                    Given.START.plusSeconds(60),
                    deadline -> {
                      tries[0]++;
                      throw wrong;
                    }))
        .hasMessageContaining("certificate");
    assertThat(tries[0]).isEqualTo(3);
  }

  /** Whoever mistyped a server's name waits for the sentence. */
  @Test
  void aSourceThatIsAwayIsGivenHalfAMinute() {
    int[] tries = {0};
    Stage stage = new ClockStage(clock);
    assertThatThrownBy(
            () ->
                Patience.standard(stage)
                    .ask(
                        Given.START.plusSeconds(600),
                        deadline -> {
                          tries[0]++;
                          throw new PeerFailure.Refused(502, "source-unreachable", "Away.", "");
                        }))
        .hasMessage("Away.");
    assertThat(tries[0]).isEqualTo(4);
    assertThat(Duration.between(Given.START, clock.instant()))
        .isBetween(Duration.ofSeconds(17), Duration.ofSeconds(30));
  }

  /** Its silence was waited for already. */
  @Test
  void aSourceThatWasSilentForHalfAMinuteIsNotAskedAgain() {
    int[] tries = {0};
    Stage stage = new ClockStage(clock);
    assertThatThrownBy(
            () ->
                Patience.standard(stage)
                    .ask(
                        Given.START.plusSeconds(600),
                        deadline -> {
                          tries[0]++;
                          clock.forward(Duration.ofSeconds(30));
                          throw new PeerFailure.Refused(502, "source-timeout", "Silent.", "");
                        }))
        .hasMessage("Silent.");
    assertThat(tries[0]).isEqualTo(1);
  }

  @Test
  void aPeerWhoseNeighbourIsAwayIsAskedAgain() throws Exception {
    int[] tries = {0};
    String answer =
        patience.ask(
            Given.START.plusSeconds(60),
            deadline -> {
              if (tries[0]++ == 0) {
                throw new PeerFailure.Refused(502, "gitlab-unreachable", "GitLab is away.", "");
              }
              return "here";
            });
    assertThat(answer).isEqualTo("here");
  }

  @Test
  void aRefusalIsFinal() {
    int[] tries = {0};
    assertThatThrownBy(
            () ->
                patience.ask(
                    Given.START.plusSeconds(60),
                    deadline -> {
                      tries[0]++;
                      throw new PeerFailure.Refused(422, "no", "No.", "");
                    }))
        .hasMessage("No.");
    assertThat(tries[0]).isEqualTo(1);
  }

  @Test
  void whenTheStepIsOverNobodyIsAskedAgain() {
    int[] tries = {0};
    assertThatThrownBy(
            () ->
                patience.ask(
                    Given.START.plusSeconds(60),
                    deadline -> {
                      tries[0]++;
                      clock.forward(Duration.ofSeconds(60));
                      throw away();
                    }))
        .isInstanceOf(PeerFailure.Unreachable.class);
    assertThat(tries[0]).isEqualTo(1);
  }

  @Test
  void aWatchLooksOftenFirstAndThenLessAndLess() {
    assertThat(WatchReaction.pace(Duration.ofSeconds(1), Duration.ZERO)).hasMillis(200);
    assertThat(WatchReaction.pace(Duration.ofSeconds(10), Duration.ZERO)).hasMillis(1_000);
    Duration slow = WatchReaction.pace(Duration.ofSeconds(31), Duration.ofSeconds(1));
    assertThat(slow).hasMillis(1_500);
    for (int i = 0; i < 20; i++) {
      slow = WatchReaction.pace(Duration.ofMinutes(1), slow);
    }
    assertThat(slow).hasSeconds(15);
  }
}
