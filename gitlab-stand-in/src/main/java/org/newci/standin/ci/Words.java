package org.newci.standin.ci;

import java.time.Duration;
import java.util.Optional;
import org.newci.standin.ci.Value.Field;
import org.newci.standin.ci.Value.Kind;
import org.newci.standin.ci.Value.Scalar;

/** Reads the values of a job that are single words. */
final class Words {
  /** GitLab's limit for the time of a job. */
  static final Duration LONGEST = Duration.ofDays(30);

  /** GitLab's limit for the time that a delayed job waits. */
  static final Duration LONGEST_DELAY = Duration.ofDays(7);

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
    for (JobWhen when : JobWhen.values()) {
      if (when.word().equals(word)) {
        return Optional.of(when);
      }
    }
    faults.add(
        where + " when should be one of: on_success, on_failure, always, manual, delayed" + more,
        field.line());
    return Optional.empty();
  }

  /** How long a delayed job waits; a fault when one that is not delayed says so too. */
  Optional<Duration> startIn(Section job, Optional<JobWhen> when) {
    boolean delayed = when.isPresent() && when.get() == JobWhen.DELAYED;
    Optional<Field> field = job.present("start_in");
    if (!delayed) {
      field.ifPresent(f -> job.fault("start_in", "must be blank", f));
      return Optional.empty();
    }
    Optional<Duration> time = field.flatMap(f -> duration(f.value()));
    int line = field.map(Field::line).orElse(job.fields().line());
    if (time.isEmpty()) {
      faults.add(job.where() + " start in should be a duration", line);
    } else if (time.get().compareTo(LONGEST_DELAY) > 0) {
      faults.add(job.where() + " start in should not exceed the limit of 1 week", line);
    }
    return time;
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

  /** A boolean, or nothing; no fault. */
  static Optional<Boolean> flag(Field field) {
    return field.value() instanceof Scalar s && s.kind() == Kind.BOOLEAN
        ? Optional.of(s.text().equals("true"))
        : Optional.empty();
  }

  /** The value of {@code coverage}: a regular expression in slashes. */
  Optional<String> coverage(String where, Field field) {
    if (field.value() instanceof Scalar s
        && s.isString()
        && RegexLiteral.of(s.text()).isPresent()) {
      return Optional.of(s.text());
    }
    faults.add(
        where + ":coverage config must be a regular expression using re2 syntax", field.line());
    return Optional.empty();
  }

  /** The value of {@code timeout}. */
  Optional<Duration> timeout(String where, Field field) {
    Optional<Duration> timeout = duration(field.value());
    if (timeout.isEmpty()) {
      faults.add(where + " timeout should be a duration", field.line());
    } else if (timeout.get().compareTo(LONGEST) > 0) {
      faults.add(where + " timeout should not exceed the limit of 30 days", field.line());
    }
    return timeout;
  }

  private static Optional<Duration> duration(Value value) {
    return value instanceof Scalar s && (s.kind() == Kind.STRING || s.kind() == Kind.NUMBER)
        ? ChronicDuration.parse(s.text())
        : Optional.empty();
  }
}
