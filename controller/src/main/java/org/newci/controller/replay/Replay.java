package org.newci.controller.replay;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.newci.controller.build.Build;
import org.newci.controller.build.BuildEvent;
import org.newci.controller.build.Decision;
import org.newci.controller.build.Rules;
import org.newci.controller.show.History.Happening;

/** Decides every event of a build's log anew. */
public final class Replay {

  /**
   * Where today's rules part from what was kept.
   *
   * @param event its number in the build's log; the number after the last for the build itself
   */
  public record Difference(long event, String kind, String kept, String decided) {}

  private final Rules rules;

  public Replay(Rules rules) {
    this.rules = rules;
  }

  /**
   * The first difference of that build; empty if all is decided as it was.
   *
   * @param log its whole log, from the first event on
   */
  public Optional<Difference> first(Build kept, List<Happening> log) {
    if (log.isEmpty() || !(log.getFirst().event() instanceof BuildEvent.Submitted submitted)) {
      return Optional.of(
          new Difference(1, "SUBMITTED", "no such event", "the first event of every build"));
    }
    Build build = Build.of(kept.id(), submitted.order()).ranked(kept.rank());
    if (!isSame(log.getFirst(), build)) {
      return Optional.of(difference(log.getFirst(), said(build)));
    }
    for (Happening happening : log.subList(1, log.size())) {
      Decision decision = rules.decide(build, happening.event(), happening.at());
      switch (decision) {
        case Decision.Move move when isSame(happening, move.next()) -> build = move.next();
        case Decision.Move move -> {
          return Optional.of(difference(happening, said(move.next())));
        }
        case Decision.Stay stay -> {
          return Optional.of(difference(happening, "no move, it stays: " + said(stay.build())));
        }
        case Decision.Illegal illegal -> {
          return Optional.of(difference(happening, "no move: " + illegal.sentence()));
        }
      }
    }
    return build.equals(kept)
        ? Optional.empty()
        : Optional.of(
            new Difference(
                build.version() + 1,
                "the build itself",
                "version %d, %s".formatted(kept.version(), said(kept)),
                "version %d, %s".formatted(build.version(), said(build))));
  }

  private static boolean isSame(Happening kept, Build decided) {
    return kept.seq() == decided.version()
        && kept.state() == decided.state()
        && kept.sentence().equals(decided.sentence())
        && java.util.Objects.equals(kept.outcome(), outcome(decided));
  }

  private static Difference difference(Happening kept, String decided) {
    String ended = kept.outcome() == null ? "" : " " + kept.outcome();
    return new Difference(
        kept.seq(),
        kept.event().kind().name(),
        "%s%s: %s".formatted(kept.state().word(), ended, kept.sentence()),
        decided);
  }

  private static String said(Build build) {
    String outcome = outcome(build);
    return "%s%s: %s"
        .formatted(build.state().word(), outcome == null ? "" : " " + outcome, build.sentence());
  }

  private static @Nullable String outcome(Build build) {
    return build.outcome() == null ? null : build.outcome().word();
  }
}
