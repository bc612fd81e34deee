package org.newci.standin.ci;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.newci.standin.ci.NeedReader.Wanted;

/** Whether a job is added to the pipeline: by {@code rules}, or by {@code only} and except. */
sealed interface Admission {

  /**
   * What a rule says of a job that is added; what is empty stays as the job has it.
   *
   * @param variables those of the rule
   */
  record Verdict(
      Optional<JobWhen> when,
      Optional<Duration> startIn,
      Optional<Boolean> allowFailure,
      Optional<Boolean> interruptible,
      List<CiVariable> variables,
      Optional<List<Wanted>> needs) {
    static final Verdict PLAIN =
        new Verdict(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            Optional.empty());
  }

  /**
   * The verdict, or nothing when the job stays out.
   *
   * @param sight what this job's rules can see
   */
  Optional<Verdict> decide(PushContext context, Sight sight);

  /**
   * One entry of {@code rules}.
   *
   * @param never whether the rule keeps the job out
   */
  record Rule(Condition condition, boolean never, Verdict verdict) {}

  /** The first rule that applies decides; when none does, the job stays out. */
  record ByRules(List<Rule> rules) implements Admission {
    @Override
    public Optional<Verdict> decide(PushContext context, Sight sight) {
      for (Rule rule : rules) {
        if (rule.condition().holds(sight)) {
          return rule.never() ? Optional.empty() : Optional.of(rule.verdict());
        }
      }
      return Optional.empty();
    }
  }

  /**
   * What {@code only} or {@code except} names; a part that is empty is not there.
   *
   * @param variables expressions, one of which must hold
   */
  record Policy(
      Optional<List<RefPattern>> refs,
      Optional<List<Expression>> variables,
      Optional<Condition.Changes> changes) {
    static final Policy NOTHING = new Policy(Optional.empty(), Optional.empty(), Optional.empty());

    /** What counts for a job that names neither rules nor only. */
    static final Policy DEFAULT_ONLY =
        new Policy(
            Optional.of(List.of(RefPattern.of("branches"), RefPattern.of("tags"))),
            Optional.empty(),
            Optional.empty());

    /** All parts that are there hold. */
    boolean all(PushContext context, Sight sight) {
      return refs.map(r -> refs(r, context, sight)).orElse(true)
          && variables.map(v -> v.stream().anyMatch(e -> e.holds(sight))).orElse(true)
          && changes.map(c -> c.holds(sight)).orElse(true);
    }

    /** One of the parts holds. */
    boolean any(PushContext context, Sight sight) {
      return refs.map(r -> refs(r, context, sight)).orElse(false)
          || variables.map(v -> v.stream().anyMatch(e -> e.holds(sight))).orElse(false)
          || changes.map(c -> c.holds(sight)).orElse(false);
    }

    private static boolean refs(List<RefPattern> refs, PushContext context, Sight sight) {
      return refs.stream().anyMatch(p -> p.matches(context, sight));
    }
  }

  /** {@code only} lets the job in, {@code except} keeps it out. */
  record ByRefs(Policy only, Policy except) implements Admission {
    @Override
    public Optional<Verdict> decide(PushContext context, Sight sight) {
      return only.all(context, sight) && !except.any(context, sight)
          ? Optional.of(Verdict.PLAIN)
          : Optional.empty();
    }
  }
}
