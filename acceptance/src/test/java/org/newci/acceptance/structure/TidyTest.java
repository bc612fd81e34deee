package org.newci.acceptance.structure;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.newci.acceptance.system.Checkout;

/** Habits that a reader relies on, kept by a test so that nobody has to watch for them. */
class TidyTest {

  private static final int FILE_LINES = 400;
  private static final int LINE_CHARS = 100;
  private static final int METHOD_LINES = 70;
  private static final int CONSTRUCTOR_PARAMETERS = 6;
  private static final Set<String> EMPTY_WORDS =
      Set.of("util", "utils", "common", "helper", "helpers", "manager", "managers", "misc");
  // Split so that this file does not find itself.
  private static final Pattern UNFINISHED =
      Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b");
  private static final Pattern SLEEP = Pattern.compile("Thread\\.sl" + "eep\\(");
  private static final Pattern CLOCK =
      Pattern.compile("Instant\\.no" + "w\\(\\)|System\\.current" + "TimeMillis\\(\\)");
  private static final Pattern METHOD =
      Pattern.compile(
          "^  (?:  )?(?!return|throw|new|else|\\})[\\w@<][^;=(]*\\([^;=]*\\) ?(?:throws [^{]*)?\\{$");
  private static final Pattern CONSTRUCTOR =
      Pattern.compile(
          "(?m)^  (?:public |protected |private )?([A-Z]\\w*)\\(([^)]*)\\) *(?:throws [^{]*)?\\{");
  private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)#\\s]+)[^)]*\\)");

  private final List<Path> java = Checkout.files(name -> name.endsWith(".java"));

  @Test
  void filesAndLinesAreShort() {
    List<String> found = new ArrayList<>();
    for (Path file : java) {
      List<String> lines = Checkout.lines(file);
      if (lines.size() > FILE_LINES) {
        found.add("%s has %d lines".formatted(name(file), lines.size()));
      }
      boolean textBlock = false;
      for (int i = 0; i < lines.size(); i++) {
        String line = lines.get(i);
        textBlock ^= line.split("\"\"\"", -1).length == 2;
        boolean unbreakable = textBlock || line.startsWith("import ") || line.indexOf('"') >= 0;
        if (line.length() > LINE_CHARS && !unbreakable) {
          found.add("%s:%d has %d characters".formatted(name(file), i + 1, line.length()));
        }
      }
    }
    assertThat(found).isEmpty();
  }

  @Test
  void methodsAreShort() {
    List<String> found = new ArrayList<>();
    for (Path file : java) {
      List<String> lines = Checkout.lines(file);
      for (int i = 0; i < lines.size(); i++) {
        if (METHOD.matcher(lines.get(i)).find()) {
          String indent = lines.get(i).replaceAll("\\S.*", "");
          int end = i;
          while (end < lines.size() && !lines.get(end).equals(indent + "}")) {
            end++;
          }
          if (end - i > METHOD_LINES) {
            found.add("%s:%d is %d lines long".formatted(name(file), i + 1, end - i));
          }
        }
      }
    }
    assertThat(found).isEmpty();
  }

  @Test
  void constructorsTakeFewThings() {
    List<String> found = new ArrayList<>();
    for (Path file : java) {
      Matcher match = CONSTRUCTOR.matcher(String.join("\n", Checkout.lines(file)));
      while (match.find()) {
        String flat = match.group(2).replaceAll("<[^<>]*>", "").replaceAll("<[^<>]*>", "");
        int parameters = flat.isBlank() ? 0 : flat.split(",", -1).length;
        if (parameters > CONSTRUCTOR_PARAMETERS) {
          found.add("%s: %s takes %d".formatted(name(file), match.group(1), parameters));
        }
      }
    }
    assertThat(found).isEmpty();
  }

  @Test
  void packagesSayWhatTheyAreFor() {
    List<String> found = new ArrayList<>();
    for (Path file : java) {
      for (Path part : Checkout.root().relativize(file).getParent()) {
        if (EMPTY_WORDS.contains(part.toString())) {
          found.add(name(file));
        }
      }
      boolean main = name(file).contains("src/main/java");
      if (main && !Files.exists(file.resolveSibling("package-info.java"))) {
        found.add("%s has no package-info.java beside it".formatted(name(file)));
      }
    }
    assertThat(found).isEmpty();
  }

  @Test
  void nothingIsLeftUnfinished() {
    assertThat(hits(Checkout.files(n -> n.matches(".*\\.(java|md|sh|yml|xml)")), UNFINISHED))
        .isEmpty();
  }

  @Test
  void noTestSleepsAndNoRuleReadsTheClock() {
    assertThat(hits(of("src/test/"), SLEEP)).isEmpty();
    List<Path> rules =
        of("src/main/").stream()
            .filter(file -> !file.getFileName().toString().matches(".*(Main|Service)\\.java"))
            .toList();
    assertThat(hits(rules, CLOCK)).isEmpty();
  }

  @Test
  void linksBetweenPagesLeadSomewhere() {
    List<String> found = new ArrayList<>();
    for (Path page : Checkout.files(n -> n.endsWith(".md"))) {
      Matcher link = LINK.matcher(String.join("\n", Checkout.lines(page)));
      while (link.find()) {
        String to = link.group(1);
        if (!to.contains("://") && !Files.exists(page.resolveSibling(to))) {
          found.add("%s -> %s".formatted(name(page), to));
        }
      }
    }
    assertThat(found).isEmpty();
  }

  @Test
  void everyModuleHasAReadme() {
    List<String> found = new ArrayList<>();
    for (Path pom : Checkout.files(n -> n.matches("[a-z-]+/pom\\.xml"))) {
      if (!Files.exists(pom.resolveSibling("README.md"))) {
        found.add(name(pom.getParent()));
      }
    }
    assertThat(found).isEmpty();
  }

  private List<Path> of(String part) {
    return java.stream().filter(file -> name(file).contains(part)).toList();
  }

  private static List<String> hits(List<Path> files, Pattern pattern) {
    List<String> found = new ArrayList<>();
    for (Path file : files) {
      List<String> lines = Checkout.lines(file);
      for (int i = 0; i < lines.size(); i++) {
        if (pattern.matcher(lines.get(i)).find()) {
          found.add("%s:%d %s".formatted(name(file), i + 1, lines.get(i).strip()));
        }
      }
    }
    return found;
  }

  private static String name(Path file) {
    return Checkout.root().relativize(file).toString();
  }
}
