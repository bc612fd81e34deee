package org.newci.runner.script;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.newci.runner.gitlab.JobVariable;

/**
 * The variables of a job as its shell sees them: the last of several with one name, references to
 * others replaced once, as gitlab-runner does (its {@code Variables.Expand}, Go's {@code
 * os.Expand}).
 */
public final class Variables {

  /** Names that bash refuses to set; a job would end before its first line. */
  private static final Set<String> READ_ONLY =
      Set.of("BASHOPTS", "BASH_VERSINFO", "EUID", "PPID", "SHELLOPTS", "UID");

  private final Map<String, JobVariable> byName = new LinkedHashMap<>();
  private final List<String> refused = new ArrayList<>();
  private final String fileFolder;

  /**
   * @param fileFolder where variables of type file lie, as the job sees it
   */
  public Variables(List<JobVariable> variables, String fileFolder) {
    this.fileFolder = fileFolder;
    Map<String, JobVariable> plain = new LinkedHashMap<>();
    for (JobVariable variable : variables) {
      if (variable.key().matches("[A-Za-z_][A-Za-z0-9_]*") && !READ_ONLY.contains(variable.key())) {
        plain.put(variable.key(), variable);
      } else {
        refused.add(variable.key());
      }
    }
    plain.forEach((name, variable) -> byName.put(name, expanded(variable, plain)));
  }

  /** All that the shell can have. */
  public List<JobVariable> all() {
    return List.copyOf(byName.values());
  }

  /** Names that no shell variable can have. */
  public List<String> refused() {
    return List.copyOf(refused);
  }

  /** The value, or the file's path; empty text when there is none of that name. */
  public String get(String name) {
    return value(name, byName);
  }

  /** That text with references such as {@code $NAME} and {@code ${NAME}} replaced. */
  public String expand(String text) {
    return expand(text, byName);
  }

  /** Where the file of that variable lies. */
  public String filePath(String name) {
    return fileFolder + "/" + name;
  }

  private JobVariable expanded(JobVariable variable, Map<String, JobVariable> from) {
    return variable.raw()
        ? variable
        : new JobVariable(
            variable.key(),
            expand(variable.value(), from),
            variable.file(),
            variable.masked(),
            true);
  }

  private String value(String name, Map<String, JobVariable> from) {
    JobVariable variable = from.get(name);
    if (variable == null) {
      return name.equals("$") ? "$" : "";
    }
    return variable.file() ? filePath(name) : variable.value();
  }

  private String expand(String text, Map<String, JobVariable> from) {
    StringBuilder out = new StringBuilder(text.length());
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c != '$' || at + 1 == text.length()) {
        out.append(c);
        at++;
        continue;
      }
      int end = nameEnd(text, at + 1);
      if (end == at + 1) {
        out.append('$');
      } else {
        String name = text.substring(at + 1, end);
        boolean braces = name.startsWith("{");
        out.append(value(braces ? name.substring(1, name.length() - 1) : name, from));
      }
      at = end;
    }
    return out.toString();
  }

  /** Where the reference that starts after a dollar ends; the start itself when it is none. */
  private static int nameEnd(String text, int start) {
    char first = text.charAt(start);
    if (first == '{') {
      int close = text.indexOf('}', start);
      return close < 0 ? start : close + 1;
    }
    if ("*#$@!?-".indexOf(first) >= 0 || (first >= '0' && first <= '9')) {
      return start + 1;
    }
    int end = start;
    while (end < text.length() && isNamePart(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private static boolean isNamePart(char c) {
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }
}
