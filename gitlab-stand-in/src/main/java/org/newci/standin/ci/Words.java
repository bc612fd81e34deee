package org.newci.standin.ci;

import java.time.Duration;
import java.util.Optional;
import org.newci.standin.ci.Value.Field;
import org.newci.standin.ci.Value.Fields;
import org.newci.standin.ci.Value.Items;
import org.newci.standin.ci.Value.Kind;
import org.newci.standin.ci.Value.Scalar;

/** Reads the values of a job that are single words. */
final class Words {
  /** GitLab's limit for the time of a job. */
  static final Duration LONGEST = Duration.ofDays(30);

  private final Faults faults;

  Words(Faults faults) {
    this.faults = faults;
  }

  /**
   * The value of {@code when}.
   *
   * @param more what else GitLab's sentence lists
   */
  Optional<JobWhen> jobWhen(String where, Field field, String more) {
    String word = field.value().isString() ? ((Scalar) field.value()).text() : "";
    return switch (word) {
      case "on_success" -> Optional.of(JobWhen.ON_SUCCESS);
      case "on_failure" -> Optional.of(JobWhen.ON_FAILURE);
      case "always" -> Optional.of(JobWhen.ALWAYS);
      case "manual", "delayed" -> {
        faults.add(Keywords.unsupported(where, "when: " + word), field.line());
        yield Optional.empty();
      }
      default -> {
        faults.add(
            where
                + " when should be one of: on_success, on_failure, always, manual, delayed"
                + more,
            field.line());
        yield Optional.empty();
      }
    };
  }

  /** The value of {@code artifacts: when}. */
  ArtifactWhen artifactWhen(String where, Field field) {
    String word = field.value().isString() ? ((Scalar) field.value()).text() : "";
    return switch (word) {
      case "on_success" -> ArtifactWhen.ON_SUCCESS;
      case "on_failure" -> ArtifactWhen.ON_FAILURE;
      case "always" -> ArtifactWhen.ALWAYS;
      default -> {
        faults.add(where + " when should be one of: on_success, on_failure, always", field.line());
        yield ArtifactWhen.ON_SUCCESS;
      }
    };
  }

  /** The value of {@code allow_failure}; exit codes are not supported. */
  Optional<Boolean> allowFailure(String where, Field field) {
    Optional<Boolean> flag = flag(field);
    if (field.value() instanceof Fields fields && fields.fields().containsKey("exit_codes")) {
      faults.add(Keywords.unsupported(where, "allow_failure: exit_codes"), field.line());
    } else if (flag.isEmpty()) {
      faults.add(where + ":allow_failure config should be a hash or a boolean value", field.line());
    }
    return flag;
  }

  /** A boolean, or nothing; no fault. */
  static Optional<Boolean> flag(Field field) {
    return field.value() instanceof Scalar s && s.kind() == Kind.BOOLEAN
        ? Optional.of(s.text().equals("true"))
        : Optional.empty();
  }

  /** The value of {@code timeout}. */
  Optional<Duration> timeout(String where, Field field) {
    Optional<Duration> timeout =
        switch (field.value()) {
          case Scalar s when s.kind() == Kind.STRING || s.kind() == Kind.NUMBER ->
              ChronicDuration.parse(s.text());
          case Scalar _, Items _, Fields _ -> Optional.empty();
        };
    if (timeout.isEmpty()) {
      faults.add(where + " timeout should be a duration", field.line());
    } else if (timeout.get().compareTo(LONGEST) > 0) {
      faults.add(where + " timeout should not exceed the limit of 30 days", field.line());
    }
    return timeout;
  }
}
