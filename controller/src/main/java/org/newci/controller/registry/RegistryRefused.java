package org.newci.controller.registry;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** A registry file that cannot be used, with everything that is wrong in it. */
public final class RegistryRefused extends Exception {

  private static final long serialVersionUID = 1L;

  private final String file;
  private final transient List<Mistake> mistakes;

  RegistryRefused(Path file, List<Mistake> mistakes) {
    super(
        mistakes.stream()
            .sorted(Comparator.comparingInt(Mistake::line))
            .map(mistake -> "%s:%d: %s".formatted(file, mistake.line(), mistake.sentence()))
            .collect(Collectors.joining("\n")));
    this.file = file.toString();
    this.mistakes = mistakes.stream().sorted(Comparator.comparingInt(Mistake::line)).toList();
  }

  /** In the order of their lines. */
  public List<Mistake> mistakes() {
    return mistakes;
  }

  /** The file, as it was named. */
  public String file() {
    return file;
  }
}
