package org.newci.standin.ci;

import java.util.Optional;

/**
 * An entry of {@code only} or {@code except}: {@code branches}, {@code tags}, a source of pipelines
 * ({@code pushes}, {@code web}, {@code api}, {@code triggers}, {@code schedules}), {@code /re/}, or
 * the name of a branch or tag; each may end in {@code @group/project}.
 */
record RefPattern(String text, Optional<String> project, Optional<RegexLiteral> regex) {

  static RefPattern of(String entry) {
    int at = entry.indexOf('@');
    String text = at < 0 ? entry : entry.substring(0, at);
    Optional<String> project = at < 0 ? Optional.empty() : Optional.of(entry.substring(at + 1));
    return new RefPattern(text, project, RegexLiteral.of(text));
  }

  /** Whether the text stands in slashes but is no regular expression. */
  boolean isBroken() {
    return regex.isEmpty() && RegexLiteral.looksLikeOne(text);
  }

  boolean matches(PushContext context, Sight sight) {
    if (project.isPresent() && !project.get().equals(context.predefined().get("CI_PROJECT_PATH"))) {
      return false;
    }
    if (text.equals(context.tag() ? "tags" : "branches")) {
      return true;
    }
    String source = context.source();
    if (text.equals(source) || text.equals(source.endsWith("sh") ? source + "es" : source + "s")) {
      return true;
    }
    return regex
        .map(r -> sight.find(r, context.refName()))
        .orElseGet(() -> text.equals(context.refName()));
  }
}
