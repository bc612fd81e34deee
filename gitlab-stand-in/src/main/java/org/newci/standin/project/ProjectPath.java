package org.newci.standin.project;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** GitLab's rules for names and paths of projects (docs: user/reserved_names). */
public final class ProjectPath {

  private static final Set<String> RESERVED =
      Set.of(
          "-",
          "badges",
          "blame",
          "blob",
          "builds",
          "commits",
          "create",
          "create_dir",
          "edit",
          "files",
          "find_file",
          "new",
          "preview",
          "raw",
          "refs",
          "tree",
          "update",
          "wikis");

  private ProjectPath() {}

  /** What is wrong with that path, if anything is. */
  public static Optional<String> mistakeInPath(String path) {
    if (path.length() > 255) {
      return Optional.of("is too long (maximum is 255 characters)");
    }
    if (RESERVED.contains(path.toLowerCase(Locale.ROOT))) {
      return Optional.of("%s is a reserved name".formatted(path));
    }
    boolean good =
        path.matches("[A-Za-z0-9_]([A-Za-z0-9]|[_.-](?![_.-]))*")
            && path.matches(".*[A-Za-z0-9]")
            && !path.endsWith(".git")
            && !path.endsWith(".atom");
    return good
        ? Optional.empty()
        : Optional.of(
            "must not start or end with a special character and must not contain consecutive"
                + " special characters, and must not end in '.git' or '.atom'.");
  }

  /** What is wrong with that name, if anything is. */
  public static Optional<String> mistakeInName(String name) {
    return name.length() <= 255
            && name.matches("[\\p{L}\\p{N}_\\p{So}][\\p{L}\\p{N}\\p{So}\\p{Pd}_.+ ]*")
        ? Optional.empty()
        : Optional.of(
            "can contain only letters, digits, emoji, '_', '.', '+', dashes, or spaces. It must"
                + " start with a letter, digit, emoji, or '_'.");
  }

  /** {@code My App} becomes {@code my-app}. */
  public static String fromName(String name) {
    return name.toLowerCase(Locale.ROOT)
        .replaceAll("[^a-z0-9_.-]+", "-")
        .replaceAll("[_.-]{2,}", "-")
        .replaceAll("^[_.-]+|[_.-]+$", "");
  }
}
