package org.newci.controller.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the leases of two controllers on one ledger have to do. */
public abstract class LeasesContract {

  private static final BuildEvent EVENT = Given.mirrored();

  protected abstract BuildLedger ledger();

  protected abstract Leases one();

  protected abstract Leases other();

  protected abstract void letLeasesExpire();

  /** A build that wants to be mirrored. */
  private Build mirroring() {
    Build fresh = Build.of(Given.id(), Given.order("a", "app.bin"));
    Build added = ((BuildLedger.Fresh) ledger().add(fresh, null, 10)).build();
    Decision.Move started = move(added, new BuildEvent.Started());
    assertThat(ledger().advance(started, new BuildEvent.Started(), Given.START)).isTrue();
    return started.next();
  }

  private static Decision.Move move(Build build, BuildEvent event) {
    return (Decision.Move) new Decider(Limits.standard()).decide(build, event, Given.START);
  }

  @Test
  void whatOneHasTheOtherHasNot() {
    Build build = mirroring();
    Lease lease = one().take(build, Effect.MIRROR).orElseThrow();
    assertThat(other().take(build, Effect.MIRROR)).isEqualTo(Optional.empty());
    assertThat(ledger().isHeld(lease)).isTrue();
  }

  @Test
  void whatIsNotWantedIsNobodys() {
    assertThat(one().take(mirroring(), Effect.DEPLOY)).isEqualTo(Optional.empty());
  }

  @Test
  void afterItsTimeTheOtherTakesItUnderAHigherFence() {
    Build build = mirroring();
    Lease first = one().take(build, Effect.MIRROR).orElseThrow();
    letLeasesExpire();
    Lease second = other().take(build, Effect.MIRROR).orElseThrow();
    assertThat(second.fence()).isGreaterThan(first.fence());
    assertThat(ledger().isHeld(first)).isFalse();
    assertThat(one().renew(List.of(first))).containsExactly(first);
    assertThat(other().renew(List.of(second))).isEmpty();
  }

  @Test
  void aRenewedLeaseLastsOn() {
    Build build = mirroring();
    Lease lease = one().take(build, Effect.MIRROR).orElseThrow();
    letLeasesExpire();
    assertThat(one().renew(List.of(lease))).isEqualTo(Set.of());
    assertThat(other().take(build, Effect.MIRROR)).isEqualTo(Optional.empty());
  }

  @Test
  void whoLostTheLeaseMovesNothing() {
    Build build = mirroring();
    Lease late = one().take(build, Effect.MIRROR).orElseThrow();
    letLeasesExpire();
    Lease now = other().take(build, Effect.MIRROR).orElseThrow();
    Decision.Move mirrored = move(build, EVENT);
    assertThat(ledger().advance(mirrored, EVENT, Given.START, late)).isFalse();
    assertThat(ledger().find(build.id())).contains(build);
    assertThat(ledger().advance(mirrored, EVENT, Given.START, now)).isTrue();
  }

  @Test
  void theConductorDoesNotHearWhoLostTheLease() {
    Build build = mirroring();
    Lease late = one().take(build, Effect.MIRROR).orElseThrow();
    letLeasesExpire();
    assertThat(other().take(build, Effect.MIRROR)).isPresent();
    Conductor conductor =
        new Conductor(ledger(), new Decider(Limits.standard()), java.time.Clock.systemUTC());
    assertThat(conductor.tell(build.id(), EVENT, late)).isInstanceOf(Decision.Illegal.class);
    assertThat(ledger().find(build.id())).contains(build);
  }

  @Test
  void aLeaseLastsOnWhileTheBuildMovesAndWantsTheSame() {
    Build build = mirroring();
    Decision.Move mirrored = move(build, EVENT);
    assertThat(ledger().advance(mirrored, EVENT, Given.START)).isTrue();
    Lease watch = one().take(mirrored.next(), Effect.WATCH).orElseThrow();
    BuildEvent listed = Given.listed(41);
    assertThat(ledger().advance(move(mirrored.next(), listed), listed, Given.START, watch))
        .isTrue();
    assertThat(ledger().isHeld(watch)).isTrue();
    assertThat(other().take(mirrored.next(), Effect.WATCH)).isEqualTo(Optional.empty());
  }

  @Test
  void whatWasGivenBackIsTakenAtOnce() {
    Build build = mirroring();
    Lease first = one().take(build, Effect.MIRROR).orElseThrow();
    one().giveBack(first);
    Lease second = other().take(build, Effect.MIRROR).orElseThrow();
    one().giveBack(first);
    assertThat(ledger().isHeld(second)).isTrue();
    other().giveBackAll();
    assertThat(one().take(build, Effect.MIRROR)).isPresent();
  }

  @Test
  void aDutyIsOnesUntilItEndsOrGivesItBack() {
    assertThat(one().leads(Leases.Duty.QUEUE)).isTrue();
    assertThat(other().leads(Leases.Duty.QUEUE)).isFalse();
    assertThat(other().leads(Leases.Duty.HELD)).isTrue();
    assertThat(one().leads(Leases.Duty.QUEUE)).isTrue();
    one().giveBackAll();
    assertThat(other().leads(Leases.Duty.QUEUE)).isTrue();
    assertThat(one().leads(Leases.Duty.QUEUE)).isFalse();
    letLeasesExpire();
    assertThat(one().leads(Leases.Duty.QUEUE)).isTrue();
  }
}
