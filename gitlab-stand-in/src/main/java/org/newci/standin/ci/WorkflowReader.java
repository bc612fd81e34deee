package org.newci.standin.ci;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.newci.standin.ci.Value.Field;
import org.newci.standin.ci.Value.Fields;
import org.newci.standin.ci.Value.Items;

/** Reads {@code workflow}, and the rules of {@code include}, which are of the same kind. */
record WorkflowReader(Faults faults, RuleReader rules) {

  /** One rule. */
  record Entry(
      Condition condition, boolean never, List<CiVariable> variables, Workflow autoCancel) {}

  /**
   * What the file says of the pipeline.
   *
   * @param rules empty when every pipeline runs
   */
  record Plan(Workflow workflow, Optional<List<Entry>> rules) {
    static final Plan PLAIN = new Plan(Workflow.PLAIN, Optional.empty());
  }

  Plan plan(Field field) {
    if (!(field.value() instanceof Fields fields)) {
      faults.add("workflow config should be a hash", field.line());
      return Plan.PLAIN;
    }
    Keywords.WORKFLOW.check("workflow", fields, faults);
    Section section = new Section("workflow", fields, faults);
    String name = section.text("name", "");
    if (name.length() > 255) {
      faults.add("workflow name is too long (maximum is 255 characters)", field.line());
    }
    Workflow plain =
        new Workflow(name, Workflow.PLAIN.onNewCommit(), Workflow.PLAIN.onJobFailure());
    Workflow workflow = autoCancel(section, plain);
    return new Plan(
        workflow,
        section
            .present("rules")
            .map(list -> entries("workflow:rules", list, Keywords.WORKFLOW_RULE, workflow)));
  }

  List<Entry> includeRules(Field field) {
    return entries("include:rules", field, Keywords.INCLUDE_RULE, Workflow.PLAIN);
  }

  private Workflow autoCancel(Section section, Workflow otherwise) {
    Optional<Field> field = section.present("auto_cancel");
    if (field.isEmpty()) {
      return otherwise;
    }
    String where = section.where() + ":auto_cancel";
    if (!(field.get().value() instanceof Fields fields)) {
      faults.add(where + " config should be a hash", field.get().line());
      return otherwise;
    }
    Keywords.AUTO_CANCEL.check(where, fields, faults);
    Section inner = new Section(where, fields, faults);
    return new Workflow(
        otherwise.name(),
        inner.has("on_new_commit")
            ? Workflow.OnNewCommit.ofWord(
                inner.word("on_new_commit", "conservative", "interruptible", "none"))
            : otherwise.onNewCommit(),
        inner.has("on_job_failure")
            ? Workflow.OnJobFailure.ofWord(inner.word("on_job_failure", "none", "all"))
            : otherwise.onJobFailure());
  }

  private List<Entry> entries(String where, Field field, Keywords keywords, Workflow workflow) {
    List<Entry> entries = new ArrayList<>();
    if (!(field.value() instanceof Items items)) {
      faults.add(where + " config should be an array of hashes", field.line());
      return entries;
    }
    for (Value item : items.values()) {
      if (!rules.counts(where, item)) {
        break;
      }
      if (!(item instanceof Fields fields)) {
        faults.add(where + " config should be an array of hashes", item.line());
        continue;
      }
      String here = where + ":rule";
      keywords.check(here, fields, faults);
      Section rule = new Section(here, fields, faults);
      entries.add(
          new Entry(
              rules.condition(rule),
              rule.word("when", "always", "never").equals("never"),
              rules.variables(rule),
              autoCancel(rule, workflow)));
    }
    return entries;
  }
}
