package org.newci.standin.ci;

import java.util.List;
import java.util.Optional;

/** Whether a job is added to the pipeline: by {@code rules}, or by {@code only} and except. */
sealed interface Admission {

  /**
   * What a rule says of a job that is added; what is empty stays as the job has it.
   *
   * @param variables those of the rule
   */
  record Verdict(
      Optional<JobWhen> when, Optional<Boolean> allowFailure, List<CiVariable> variables) {
    static final Verdict PLAIN = new Verdict(Optional.empty(), Optional.empty(), List.of());
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
   * @param condition empty when the rule always applies
   * @param never whether the rule keeps the job out
   */
  record Rule(Optional<Expression> condition, boolean never, Verdict verdict) {}

  /** The first rule that applies decides; when none does, the job stays out. */
  record ByRules(List<Rule> rules) implements Admission {
    @Override
    public Optional<Verdict> decide(PushContext context, Sight sight) {
      for (Rule rule : rules) {
        if (rule.condition().map(c -> c.holds(sight)).orElse(true)) {
          return rule.never() ? Optional.empty() : Optional.of(rule.verdict());
        }
      }
      return Optional.empty();
    }
  }

  /** One entry of {@code only} lets the job in, one of {@code except} keeps it out. */
  record ByRefs(List<RefPattern> only, List<RefPattern> except) implements Admission {
    /** What counts for a job that names neither rules nor only. */
    static final List<RefPattern> DEFAULT_ONLY =
        List.of(RefPattern.of("branches"), RefPattern.of("tags"));

    @Override
    public Optional<Verdict> decide(PushContext context, Sight sight) {
      boolean in = only.stream().anyMatch(p -> p.matches(context, sight));
      boolean out = except.stream().anyMatch(p -> p.matches(context, sight));
      return in && !out ? Optional.of(Verdict.PLAIN) : Optional.empty();
    }
  }
}
