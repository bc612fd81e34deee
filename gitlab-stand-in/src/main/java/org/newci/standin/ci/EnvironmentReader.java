package org.newci.standin.ci;

import java.util.Optional;
import java.util.regex.Pattern;
import org.newci.standin.ci.Value.Field;
import org.newci.standin.ci.Value.Fields;
import org.newci.standin.ci.Value.Scalar;

/** Reads {@code environment}. */
record EnvironmentReader(Faults faults) {
  private static final Pattern NAME = Pattern.compile("[\\w/${}. -]{1,255}");
  private static final Pattern DEVELOPMENT = Pattern.compile("(?i)dev|review|trunk");
  private static final Pattern TESTING =
      Pattern.compile("(?i)test|tst|int|acc?ept|acpt|qa|qc|control|quality");
  private static final Pattern STAGING = Pattern.compile("(?i)sta?g|mode?l|pre|demo|non");
  private static final Pattern PRODUCTION = Pattern.compile("(?i)pro?d|live");

  Optional<EnvironmentSpec> environment(String job, Field field) {
    String where = job + ":environment";
    if (field.value() instanceof Scalar scalar && scalar.isString()) {
      return named(where, scalar.text(), field)
          .map(name -> new EnvironmentSpec(name, "", "start", "", "", ""));
    }
    if (!(field.value() instanceof Fields fields)) {
      faults.add(where + " config should be a hash or a string", field.line());
      return Optional.empty();
    }
    Keywords.ENVIRONMENT.check(where, fields, faults);
    Section section = new Section(where, fields, faults);
    String until = section.text("auto_stop_in", "");
    if (!until.isEmpty() && !until.equals("never") && ChronicDuration.parse(until).isEmpty()) {
      faults.add(where + " auto stop in should be a duration", field.line());
    }
    String action = section.word("action", "start", "stop", "prepare", "verify", "access");
    String tier =
        section.has("deployment_tier")
            ? section.word(
                "deployment_tier", "production", "staging", "testing", "development", "other")
            : "";
    return named(where, section.text("name", ""), field)
        .map(
            name ->
                new EnvironmentSpec(
                    name,
                    section.text("url", ""),
                    action,
                    section.text("on_stop", ""),
                    until,
                    tier));
  }

  private Optional<String> named(String where, String name, Field field) {
    if (NAME.matcher(name).matches()) {
      return Optional.of(name);
    }
    faults.add(
        where
            + " name "
            + (name.isBlank()
                ? "can't be blank"
                : "can contain only letters, digits, '-', '_', '/', '$', '{', '}', '.', and spaces,"
                    + " but it cannot start or end with '/'"),
        field.line());
    return Optional.empty();
  }

  /** The same, for a job that sees these variables. */
  static EnvironmentSpec filled(EnvironmentSpec spec, Sight sight) {
    String name = new Expansion(sight).all(spec.name());
    return new EnvironmentSpec(
        name,
        spec.url(),
        spec.action(),
        spec.onStop(),
        spec.autoStopIn(),
        spec.tier().isEmpty() ? tier(name) : spec.tier());
  }

  /** The tier that GitLab guesses from a name. */
  private static String tier(String name) {
    if (DEVELOPMENT.matcher(name).find()) {
      return "development";
    }
    if (TESTING.matcher(name).find()) {
      return "testing";
    }
    if (STAGING.matcher(name).find()) {
      return "staging";
    }
    return PRODUCTION.matcher(name).find() ? "production" : "other";
  }
}
