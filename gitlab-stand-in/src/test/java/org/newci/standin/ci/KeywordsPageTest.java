package org.newci.standin.ci;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/gitlab.md says the same about keywords and limits as the code does. */
class KeywordsPageTest {
  private static final Pattern WORD = Pattern.compile("`([^`]+)`");

  @Test
  void thePageListsTheKeywordsOfTheCode() throws IOException {
    Map<String, List<List<String>>> page = new TreeMap<>();
    for (String line : section().lines().toList()) {
      String[] cells = line.split("\\|", -1);
      if (cells.length == 5 && cells[1].strip().matches("[A-Z_]+")) {
        page.put(cells[1].strip(), List.of(words(cells[2]), words(cells[3])));
      }
    }
    Map<String, List<List<String>>> code = new TreeMap<>();
    for (Keywords place : Keywords.values()) {
      code.put(place.name(), List.of(List.copyOf(place.followed()), List.copyOf(place.refused())));
    }
    assertThat(page).isEqualTo(code);
  }

  @Test
  void thePageTellsTheLimitsOfTheCode() throws IOException {
    String page = section().replaceAll("\\s+", " ");
    assertThat(page)
        .contains(
            CiFile.LARGEST_BYTES + " bytes a file",
            Includes.MOST + " included files",
            Tree.ENTRIES + " entries of the merged tree",
            "at most " + ParallelReader.MOST,
            "at most " + Extends.DEPTH + " levels",
            CiFile.MOST_JOBS + " jobs",
            NeedReader.MOST + " needs and " + Parts.TAGS + " tags a job",
            Variables.MOST + " variables in one place",
            RuleReader.MOST + " rules a file",
            Scripts.LINES_OF_A_JOB + " lines or " + Scripts.CHARACTERS + " characters of script",
            Scripts.LINES + " lines of lists a file",
            YamlText.DEPTH + " levels of nesting",
            YamlText.ALIASES + " aliases",
            RegexLiteral.LONGEST + " characters",
            "at most " + Words.LONGEST.toDays() + " days");
  }

  @Test
  void theSentencesOfThePageAreThoseOfTheCode() throws IOException {
    String file = "build:\n  script: a\n" + "#\n".repeat(8) + "\n  %s: x\n";
    PushContext push = new PushContext("master", false, "push", Map.of());
    assertThat(section())
        .contains(
            Stream.of("secrets", "secretss")
                .map(word -> (Compiled.Invalid) CiFile.compile(file.formatted(word), push))
                .map(Compiled.Invalid::text)
                .toList());
  }

  private static List<String> words(String cell) {
    return WORD.matcher(cell).results().map(r -> r.group(1)).toList();
  }

  private static String section() throws IOException {
    Path page = Path.of(System.getProperty("newci.root"), "docs", "gitlab.md");
    String text = Files.readString(page);
    int start = text.indexOf("## .gitlab-ci.yml");
    int end = text.indexOf("\n## ", start);
    return end < 0 ? text.substring(start) : text.substring(start, end);
  }
}
