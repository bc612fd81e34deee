package org.newci.standin.ci;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.newci.standin.ci.Admission.ByRefs;
import org.newci.standin.ci.Admission.Policy;
import org.newci.standin.ci.Value.Field;
import org.newci.standin.ci.Value.Fields;
import org.newci.standin.ci.Value.Items;
import org.newci.standin.ci.Value.Scalar;

/** Reads {@code only} and {@code except}, or the {@code rules} that take their place. */
final class PolicyReader {
  private final Faults faults;
  private final RuleReader rules;
  private final Map<String, RefPattern> patterns = new HashMap<>();

  PolicyReader(Faults faults, RuleReader rules) {
    this.faults = faults;
    this.rules = rules;
  }

  /** What decides about this job. */
  Admission admission(String where, Map<String, Field> job) {
    Field list = job.get("rules");
    Field only = job.get("only");
    Field except = job.get("except");
    if (list == null) {
      return new ByRefs(
          only == null ? Policy.DEFAULT_ONLY : policy(where + ":only", only),
          except == null ? Policy.NOTHING : policy(where + ":except", except));
    }
    List<String> both =
        List.of("only", "except", "start_in").stream().filter(job::containsKey).toList();
    if (!both.isEmpty()) {
      faults.add(
          where + " config key may not be used with `rules`: " + String.join(", ", both),
          list.line());
    }
    return rules.rules(where, list);
  }

  private Policy policy(String where, Field field) {
    if (!(field.value() instanceof Fields fields)) {
      if (!(field.value() instanceof Items)) {
        faults.add(where + " has to be either an array of conditions or a hash", field.line());
        return Policy.NOTHING;
      }
      return new Policy(
          Optional.of(refs(where, field.value(), field)), Optional.empty(), Optional.empty());
    }
    Keywords.REFS.check(where, fields, faults);
    Section section = new Section(where, fields, faults);
    Optional<List<RefPattern>> refs =
        section.present("refs").map(f -> refs(where, f.value(), field));
    if (refs.isEmpty() && where.endsWith(":only")) {
      refs = Policy.DEFAULT_ONLY.refs();
    }
    return new Policy(
        refs,
        section.present("variables").map(f -> expressions(where + ":variables", f)),
        section.present("changes").map(f -> rules.changes(where + ":changes", f)));
  }

  private List<Expression> expressions(String where, Field field) {
    List<Expression> expressions = new ArrayList<>();
    if (!(field.value() instanceof Items items)) {
      faults.add(where + " config should be an array of strings", field.line());
      return expressions;
    }
    for (Value item : items.values()) {
      if (!rules.counts(where, item)) {
        break;
      }
      rules.expression(where, new Field(item, item.line())).ifPresent(expressions::add);
    }
    return expressions;
  }

  private List<RefPattern> refs(String where, Value value, Field field) {
    List<RefPattern> read = new ArrayList<>();
    boolean good = value instanceof Items;
    for (Value item : value instanceof Items items ? items.values() : List.<Value>of()) {
      if (!rules.counts(where, item)) {
        return read;
      }
      good &= item.isString();
      if (item instanceof Scalar scalar && scalar.isString()) {
        RefPattern pattern = patterns.computeIfAbsent(scalar.text(), RefPattern::of);
        good &= !pattern.isBroken();
        read.add(pattern);
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
