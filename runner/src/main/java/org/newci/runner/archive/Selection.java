package org.newci.runner.archive;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Finds which files of a project's folder are artifacts. It reads names and kinds only and follows
 * no link, for the folder is the work of a stranger; nothing of the job may run meanwhile.
 */
public final class Selection {

  private static final int MOST = 100_000;

  private final Path project;
  private final boolean links;
  private final List<Glob> excluded = new ArrayList<>();
  private final SortedSet<String> chosen = new TreeSet<>();
  private final List<String> messages = new ArrayList<>();
  private int left;

  private Selection(Path project, boolean links) {
    this.project = project;
    this.links = links;
  }

  /** What was found. */
  public record Found(List<String> paths, List<String> messages) {}

  /**
   * What is looked for.
   *
   * @param shown the project's folder as the job knows it, for sentences
   * @param untracked names of files that are wanted too
   * @param links symbolic links too, which then are not followed but kept as they are
   */
  public record Request(
      String shown,
      List<String> paths,
      List<String> exclude,
      List<String> untracked,
      boolean links) {}

  /** Looks for all of them. */
  public static Found of(Path project, Request wanted) throws IOException {
    Selection selection = new Selection(project, wanted.links());
    for (String pattern : wanted.exclude()) {
      try {
        selection.excluded.add(Glob.of(pattern));
      } catch (IllegalArgumentException e) {
        selection.messages.add("WARNING: " + e.getMessage());
      }
    }
    for (String path : wanted.paths()) {
      selection.add(path, wanted.shown());
    }
    if (!wanted.untracked().isEmpty()) {
      selection.addNames(wanted.untracked());
    }
    if (selection.left > 0) {
      selection.messages.add(
          "WARNING: %d links or special files are left out: artifacts are plain files and folders"
              .formatted(selection.left));
    }
    return new Found(List.copyOf(selection.chosen), List.copyOf(selection.messages));
  }

  private void add(String path, String shown) throws IOException {
    Glob glob;
    try {
      glob = Glob.of(path);
    } catch (IllegalArgumentException e) {
      messages.add("WARNING: " + e.getMessage());
      return;
    }
    int before = chosen.size();
    int leftBefore = left;
    if (reachable(glob.base())) {
      walk(glob);
    }
    int found = chosen.size() - before;
    if (found == 0 && left == leftBefore) {
      messages.add(
          ("WARNING: %s: no matching files. Ensure that the artifact path is relative to the"
                  + " working directory (%s)")
              .formatted(path, shown));
    } else {
      messages.add("%s: found %d matching artifact files and directories".formatted(path, found));
    }
  }

  /** Names by the word of a stranger's repository: each must be a file of the project. */
  private void addNames(List<String> names) throws IOException {
    int before = chosen.size();
    for (String name : names) {
      boolean inside = !name.startsWith("/") && !("/" + name + "/").contains("/../");
      if (!inside || !reachable(name)) {
        left++;
        continue;
      }
      BasicFileAttributes attributes =
          Files.readAttributes(
              project.resolve(name), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (isWanted(attributes)) {
        choose(name);
      } else {
        left++;
      }
    }
    messages.add("untracked: found %d files".formatted(chosen.size() - before));
  }

  private boolean isWanted(BasicFileAttributes attributes) {
    return attributes.isRegularFile() || (links && attributes.isSymbolicLink());
  }

  /** True when no folder on the way there is a link. */
  private boolean reachable(String base) {
    Path at = project;
    for (String part : base.split("/", -1)) {
      if (Files.isSymbolicLink(at)) {
        left++;
        return false;
      }
      at = at.resolve(part);
    }
    return Files.exists(at, LinkOption.NOFOLLOW_LINKS);
  }

  private void walk(Glob glob) throws IOException {
    Files.walkFileTree(
        project.resolve(glob.base()),
        new SimpleFileVisitor<>() {
          private int insideDepth = -1;

          @Override
          public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
            String name = name(dir);
            if (insideDepth < 0 && glob.matches(name)) {
              insideDepth = dir.getNameCount();
            }
            if (insideDepth >= 0 && !name.isEmpty()) {
              choose(name);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            String name = name(file);
            if (insideDepth >= 0 || glob.matches(name)) {
              if (isWanted(attributes)) {
                choose(name);
              } else {
                left++;
              }
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            messages.add("WARNING: %s cannot be read".formatted(name(file)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(
              Path dir, @org.jspecify.annotations.Nullable IOException e) {
            if (dir.getNameCount() == insideDepth) {
              insideDepth = -1;
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private String name(Path path) {
    return project.relativize(path).toString();
  }

  private void choose(String name) {
    if (excluded.stream().anyMatch(glob -> glob.matches(name))) {
      return;
    }
    if (chosen.size() >= MOST) {
      throw new IllegalArgumentException(
          "more than %d artifact files and directories".formatted(MOST));
    }
    chosen.add(name);
  }
}
