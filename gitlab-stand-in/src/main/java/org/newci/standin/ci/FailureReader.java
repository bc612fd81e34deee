package org.newci.standin.ci;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.newci.standin.ci.Value.Field;
import org.newci.standin.ci.Value.Fields;

/** Reads what happens when a job fails: {@code allow_failure} and {@code retry}. */
record FailureReader(Faults faults) {
  private static final Set<String> REASONS =
      Set.of(
          "always",
          "unknown_failure",
          "script_failure",
          "api_failure",
          "stuck_or_timeout_failure",
          "runner_system_failure",
          "runner_unsupported",
          "runner_interrupted",
          "runner_configuration_error",
          "runner_external_dependency_failure",
          "image_pull_failure",
          "stale_schedule",
          "job_execution_timeout",
          "archived_failure",
          "unmet_prerequisites",
          "scheduler_failure",
          "data_integrity_failure");

  AllowFailure allowFailure(String job, Field field) {
    String where = job + ":allow_failure";
    Optional<Boolean> flag = Words.flag(field);
    if (flag.isPresent()) {
      return AllowFailure.of(flag.get());
    }
    if (!(field.value() instanceof Fields fields)) {
      faults.add(where + " config should be a hash or a boolean value", field.line());
      return AllowFailure.NO;
    }
    Keywords.ALLOW_FAILURE.check(where, fields, faults);
    return new AllowFailure(false, new Section(where, fields, faults).numbers("exit_codes"));
  }

  RetrySpec retry(String job, Field field) {
    String where = job + ":retry";
    Optional<Integer> number = Section.integer(field.value());
    if (number.isPresent()) {
      return new RetrySpec(
          max(where + " config", number.get(), field), List.of("always"), List.of());
    }
    if (!(field.value() instanceof Fields fields)) {
      faults.add(where + " config has to be either an integer or a hash", field.line());
      return RetrySpec.NEVER;
    }
    Keywords.RETRY.check(where, fields, faults);
    Section section = new Section(where, fields, faults);
    int max = 0;
    Optional<Field> most = section.present("max");
    if (most.isPresent()) {
      max = max(where + " max", Section.integer(most.get().value()).orElse(-1), most.get());
    }
    List<Integer> exitCodes = section.numbers("exit_codes");
    List<String> when = new ArrayList<>(section.textOrTexts("when"));
    List<String> unknown = when.stream().filter(w -> !REASONS.contains(w)).toList();
    if (!unknown.isEmpty()) {
      faults.add(
          where + " when contains unknown values: " + String.join(", ", unknown), field.line());
    }
    if (!section.has("when") && exitCodes.isEmpty()) {
      when.add("always");
    }
    return new RetrySpec(max, when, exitCodes);
  }

  private int max(String where, int value, Field field) {
    if (value < 0) {
      faults.add(where + " must be greater than or equal to 0", field.line());
    } else if (value > 2) {
      faults.add(where + " must be less than or equal to 2", field.line());
    }
    return Math.clamp(value, 0, 2);
  }
}
