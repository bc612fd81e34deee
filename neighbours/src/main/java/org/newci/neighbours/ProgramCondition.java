package org.newci.neighbours;

import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Reads {@link NeedsProgram}. */
final class ProgramCondition implements ExecutionCondition {

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    Optional<String> missing =
        AnnotationSupport.findAnnotation(context.getElement(), NeedsProgram.class).stream()
            .flatMap(needs -> Arrays.stream(needs.value()))
            .filter(name -> Programs.find(name).isEmpty())
            .findFirst();
    if (missing.isEmpty()) {
      return ConditionEvaluationResult.enabled("all programs are there");
    }
    String why = Programs.missing(missing.get());
    if (Boolean.getBoolean("newci.requirePrograms")) {
      throw new IllegalStateException(why);
    }
    return ConditionEvaluationResult.disabled(why);
  }
}
