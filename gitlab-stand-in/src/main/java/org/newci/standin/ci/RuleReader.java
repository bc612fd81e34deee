package org.newci.standin.ci;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.newci.standin.ci.Admission.ByRules;
import org.newci.standin.ci.Admission.Rule;
import org.newci.standin.ci.Admission.Verdict;
import org.newci.standin.ci.Value.Field;
import org.newci.standin.ci.Value.Fields;
import org.newci.standin.ci.Value.Items;
import org.newci.standin.ci.Value.Scalar;

/** Reads {@code rules} of jobs, and the conditions of all rules. */
final class RuleReader {
  /** Rules and refs of a whole file, those that aliases repeat counted each time. */
  static final int MOST = 10_000;

  /** Patterns of one {@code changes} or {@code exists}. */
  static final int PATTERNS = 50;

  private final Faults faults;
  private final Words words;
  private final Variables variables;
  private final NeedReader needs;
  private final Map<String, Optional<Expression>> expressions = new HashMap<>();
  private int visited;

  RuleReader(Faults faults) {
    this.faults = faults;
    this.words = new Words(faults);
    this.variables = new Variables(faults);
    this.needs = new NeedReader(faults, new ParallelReader(faults));
  }

  /** Counts one more rule; false when there are too many. */
  boolean counts(String where, Value value) {
    visited++;
    if (visited == MOST + 1) {
      faults.add(where + " config makes more than " + MOST + " rules in the file", value.line());
    }
    return visited <= MOST;
  }

  ByRules rules(String where, Field rules) {
    List<Rule> read = new ArrayList<>();
    if (rules.value() instanceof Items items) {
      rules(where + ":rules", items, read, 0);
    } else {
      faults.add(where + ":rules config should be an array", rules.line());
    }
    return new ByRules(read);
  }

  private void rules(String where, Items items, List<Rule> into, int depth) {
    for (Value value : items.values()) {
      if (!counts(where, value)) {
        return;
      }
      if (value instanceof Fields fields) {
        into.add(rule(where + ":rule", fields));
      } else if (value instanceof Items nested && depth < Scripts.DEPTH) {
        rules(where, nested, into, depth + 1);
      } else {
        faults.add(where + " config should be an array of hashes", value.line());
      }
    }
  }

  private Rule rule(String where, Fields fields) {
    Keywords.RULE.check(where, fields, faults);
    Section rule = new Section(where, fields, faults);
    boolean never = false;
    Optional<JobWhen> when = Optional.empty();
    Optional<Field> whenField = rule.present("when");
    if (whenField.isPresent()) {
      never = whenField.get().value() instanceof Scalar s && s.text().equals("never");
      when = never ? Optional.empty() : words.jobWhen(where, whenField.get(), ", never");
    }
    Optional<Duration> startIn = words.startIn(rule, when);
    return new Rule(
        condition(rule),
        never,
        new Verdict(
            when,
            startIn,
            flag(rule, "allow_failure"),
            flag(rule, "interruptible"),
            variables(rule),
            rule.present("needs").map(field -> needs.needs(where, field))));
  }

  private static Optional<Boolean> flag(Section rule, String name) {
    return rule.has(name) ? Optional.of(rule.flag(name, false)) : Optional.empty();
  }

  /** The variables of a rule. */
  List<CiVariable> variables(Section rule) {
    return rule.present("variables")
        .map(field -> variables.read(rule.where() + ":variables", field))
        .orElse(List.of());
  }

  /** What a rule says of when it applies. */
  Condition condition(Section rule) {
    return new Condition(
        rule.present("if").flatMap(field -> expression(rule.where() + " if", field)),
        rule.present("changes").map(field -> changes(rule.where() + ":changes", field)),
        rule.present("exists").map(field -> exists(rule.where() + ":exists", field)));
  }

  Optional<Expression> expression(String where, Field test) {
    if (!(test.value() instanceof Scalar scalar) || !scalar.isString()) {
      faults.add(where + " should be a string", test.line());
      return Optional.empty();
    }
    Optional<Expression> parsed =
        expressions.computeIfAbsent(scalar.text(), ExpressionParser::parse);
    if (parsed.isEmpty()) {
      faults.add(where + " invalid expression syntax: " + scalar.text(), test.line());
    }
    return parsed;
  }

  Condition.Changes changes(String where, Field field) {
    if (field.value() instanceof Fields fields) {
      Keywords.CHANGES.check(where, fields, faults);
      Section section = new Section(where, fields, faults);
      if (!section.has("paths")) {
        faults.add(where + " config missing required keys: paths", field.line());
      }
      return new Condition.Changes(
          patterns(where, section.texts("paths"), field), section.text("compare_to", ""));
    }
    return new Condition.Changes(list(where, field), "");
  }

  private List<String> exists(String where, Field field) {
    if (field.value() instanceof Fields fields) {
      Keywords.EXISTS.check(where, fields, faults);
      return patterns(where, new Section(where, fields, faults).texts("paths"), field);
    }
    return list(where, field);
  }

  private List<String> list(String where, Field field) {
    if (field.value() instanceof Items items && items.values().stream().allMatch(Value::isString)) {
      return patterns(where, items.values().stream().map(v -> ((Scalar) v).text()).toList(), field);
    }
    faults.add(where + " config should be an array of strings or a hash", field.line());
    return List.of();
  }

  private List<String> patterns(String where, List<String> patterns, Field field) {
    if (patterns.size() > PATTERNS) {
      faults.add(where + " config has too many entries (maximum " + PATTERNS + ")", field.line());
      return List.of();
    }
    return patterns;
  }
}
