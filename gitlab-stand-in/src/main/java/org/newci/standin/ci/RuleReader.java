package org.newci.standin.ci;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.newci.standin.ci.Admission.ByRefs;
import org.newci.standin.ci.Admission.ByRules;
import org.newci.standin.ci.Admission.Rule;
import org.newci.standin.ci.Admission.Verdict;
import org.newci.standin.ci.Value.Field;
import org.newci.standin.ci.Value.Fields;
import org.newci.standin.ci.Value.Items;
import org.newci.standin.ci.Value.Scalar;

/** Reads {@code rules}, {@code only} and {@code except}. */
final class RuleReader {
  /** Rules and refs of a whole file, those that aliases repeat counted each time. */
  static final int MOST = 10_000;

  private final Faults faults;
  private final Words words;
  private final Variables variables;
  private final Map<String, Optional<Expression>> expressions = new HashMap<>();
  private final Map<String, RefPattern> patterns = new HashMap<>();
  private int visited;

  RuleReader(Faults faults) {
    this.faults = faults;
    this.words = new Words(faults);
    this.variables = new Variables(faults);
  }

  /** What decides about this job. */
  Admission read(String where, Fields job) {
    Field rules = present(job, "rules");
    Field only = present(job, "only");
    Field except = present(job, "except");
    if (rules == null) {
      return new ByRefs(
          only == null ? ByRefs.DEFAULT_ONLY : refs(where + ":only", only),
          except == null ? List.of() : refs(where + ":except", except));
    }
    if (only != null || except != null) {
      String both = only == null ? "except" : except == null ? "only" : "only, except";
      faults.add(where + " config key may not be used with `rules`: " + both, rules.line());
    }
    List<Rule> read = new ArrayList<>();
    if (rules.value() instanceof Items items) {
      rules(where + ":rules", items, read, 0);
    } else {
      faults.add(where + ":rules config should be an array", rules.line());
    }
    return new ByRules(read);
  }

  private static @org.jspecify.annotations.Nullable Field present(Fields job, String name) {
    Field field = job.fields().get(name);
    return field == null || field.value().isNull() ? null : field;
  }

  private boolean counts(String where, Value value) {
    visited++;
    if (visited == MOST + 1) {
      faults.add(where + " config makes more than " + MOST + " rules in the file", value.line());
    }
    return visited <= MOST;
  }

  private void rules(String where, Items items, List<Rule> into, int depth) {
    for (Value value : items.values()) {
      if (!counts(where, value)) {
        return;
      }
      switch (value) {
        case Fields fields -> into.add(rule(where + ":rule", fields));
        case Items nested when depth < Scripts.DEPTH -> rules(where, nested, into, depth + 1);
        default -> faults.add(where + " config should be an array of hashes", value.line());
      }
    }
  }

  private Rule rule(String where, Fields rule) {
    Keywords.RULE.check(where, rule, faults);
    Optional<Expression> condition = Optional.empty();
    Field test = present(rule, "if");
    if (test != null) {
      condition = condition(where, test);
    }
    boolean never = false;
    Optional<JobWhen> when = Optional.empty();
    Field whenField = present(rule, "when");
    if (whenField != null) {
      never = whenField.value() instanceof Scalar s && s.text().equals("never");
      when = never ? Optional.empty() : words.jobWhen(where, whenField, ", never");
    }
    Field allow = present(rule, "allow_failure");
    Field set = present(rule, "variables");
    return new Rule(
        condition,
        never,
        new Verdict(
            when,
            allow == null ? Optional.empty() : words.allowFailure(where, allow),
            set == null ? List.of() : variables.read(where + ":variables", set)));
  }

  private Optional<Expression> condition(String where, Field test) {
    if (!(test.value() instanceof Scalar scalar) || !scalar.isString()) {
      faults.add(where + " if should be a string", test.line());
      return Optional.empty();
    }
    Optional<Expression> parsed =
        expressions.computeIfAbsent(scalar.text(), ExpressionParser::parse);
    if (parsed.isEmpty()) {
      faults.add(where + " if invalid expression syntax: " + scalar.text(), test.line());
    }
    return parsed;
  }

  private List<RefPattern> refs(String where, Field field) {
    Value value = field.value();
    if (value instanceof Fields map) {
      Keywords.REFS.check(where, map, faults);
      Field refs = present(map, "refs");
      if (refs == null) {
        return where.endsWith(":only") ? ByRefs.DEFAULT_ONLY : List.of();
      }
      value = refs.value();
    } else if (!(value instanceof Items)) {
      faults.add(where + " has to be either an array of conditions or a hash", field.line());
      return List.of();
    }
    List<RefPattern> read = new ArrayList<>();
    boolean good = value instanceof Items;
    if (value instanceof Items items) {
      for (Value item : items.values()) {
        if (!counts(where, item)) {
          return read;
        }
        good &= item.isString();
        if (item instanceof Scalar scalar && scalar.isString()) {
          RefPattern pattern = patterns.computeIfAbsent(scalar.text(), RefPattern::of);
          good &= !pattern.isBroken();
          read.add(pattern);
        }
      }
    }
    if (!good) {
      faults.add(
          where + " config should be an array of strings or regular expressions using re2 syntax",
          field.line());
    }
    return read;
  }
}
