package org.newci.controller.registry;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.newci.shell.problem.Problem;

/** What refs, artifacts and published names may look like. */
final class Names {

  private static final int LONGEST_REF = 250;
  private static final int LONGEST_ARTIFACT = 1_000;
  private static final int LONGEST_FILE_NAME = 200;

  /** What git-check-ref-format(1) forbids anywhere in a name. */
  private static final Pattern BAD_IN_REF =
      Pattern.compile("[\\x00-\\x20\\x7f~^:?*\\[\\\\]|\\.\\.|@\\{|//|(^|/)\\.|\\.lock(/|$)");

  private Names() {}

  /** A branch, a tag or a commit id, by the rules of git-check-ref-format(1). */
  static String ref(String ref) {
    boolean bad =
        ref.isEmpty()
            || ref.length() > LONGEST_REF
            || ref.equals("@")
            || ref.startsWith("-")
            || ref.startsWith("/")
            || ref.endsWith("/")
            || ref.endsWith(".")
            || BAD_IN_REF.matcher(ref).find();
    if (bad) {
      throw wrong("ref", ref, "the name of a branch or a tag, or a full commit id");
    }
    return ref;
  }

  /** A path among the artifacts of a job. */
  static String artifact(String path) {
    boolean bad =
        path.isBlank()
            || path.length() > LONGEST_ARTIFACT
            || path.startsWith("/")
            || path.endsWith("/")
            || hasControl(path);
    for (String part : path.split("/", -1)) {
      bad |= part.isEmpty() || part.equals(".") || part.equals("..");
    }
    if (bad) {
      throw wrong("artifact", path, "a file name or a relative path such as dist/hello.bin");
    }
    return path;
  }

  /**
   * A plain file name to be served under.
   *
   * @param field the field that it comes from, for the sentence
   */
  static String fileName(String field, String name) {
    boolean bad =
        name.isBlank()
            || name.getBytes(StandardCharsets.UTF_8).length > LONGEST_FILE_NAME
            || name.startsWith("-")
            || name.startsWith(".")
            || name.contains("/")
            || name.contains("\\")
            || hasControl(name);
    if (bad) {
      throw wrong(
          field, name, "a plain file name without slashes that begins with neither dot nor dash");
    }
    return name;
  }

  private static boolean hasControl(String text) {
    return text.codePoints()
        .anyMatch(c -> Character.isISOControl(c) || c == 0x2028 || c == 0x2029 || c == 0xFFFD);
  }

  private static Problem wrong(String field, String value, String expected) {
    String shown = value.length() > 100 ? value.substring(0, 100) + "…" : value;
    return Problem.badRequest(
        "The field '%s' is '%s' (expected %s)."
            .formatted(field, shown.replaceAll("\\p{Cntrl}", "?"), expected));
  }
}
