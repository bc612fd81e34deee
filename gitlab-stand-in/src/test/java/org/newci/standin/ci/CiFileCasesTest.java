package org.newci.standin.ci;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Small files and what they come to, from {@code src/test/resources/ci/*.cases}. A case begins with
 * {@code #### title}, followed by {@code | ref=x | tag | source=x | NAME=value} when it matters;
 * then the file; then the expected lines behind {@code =>}, as {@link #shown} writes them.
 */
class CiFileCasesTest {
  private static final List<String> TABLES =
      List.of(
          "scripts",
          "jobs",
          "variables",
          "expressions",
          "rules",
          "refs",
          "needs",
          "refused",
          "yaml");

  private record Case(String title, PushContext context, String yaml, List<String> expected) {}

  @TestFactory
  Stream<DynamicTest> everyFileComesToWhatItsTableSays() throws IOException {
    return cases().stream()
        .map(
            c ->
                DynamicTest.dynamicTest(
                    c.title(),
                    () ->
                        assertThat(shown(CiFile.compile(c.yaml(), c.context())))
                            .as(c.yaml())
                            .isEqualTo(c.expected())));
  }

  @Test
  void thereAreAsManyCasesAsWereWritten() throws IOException {
    assertThat(cases()).hasSizeGreaterThan(350);
  }

  static List<String> yamls() throws IOException {
    return cases().stream().map(Case::yaml).toList();
  }

  private static List<Case> cases() throws IOException {
    List<Case> cases = new ArrayList<>();
    for (String table : TABLES) {
      try (InputStream in = CiFileCasesTest.class.getResourceAsStream("/ci/" + table + ".cases")) {
        String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        for (String block : text.split("(?m)^#### ", -1)) {
          if (!block.isBlank()) {
            cases.add(read(table, block));
          }
        }
      }
    }
    return cases;
  }

  private static Case read(String table, String block) {
    List<String> lines = block.lines().toList();
    String[] title = lines.getFirst().split(" \\| ", -1);
    String ref = "master";
    boolean tag = false;
    String source = "push";
    Map<String, String> predefined = new HashMap<>(Map.of("CI_PROJECT_PATH", "group/app"));
    Map<String, String> settings = new HashMap<>();
    for (int i = 1; i < title.length; i++) {
      int sign = title[i].indexOf('=');
      String name = sign < 0 ? title[i] : title[i].substring(0, sign);
      String value = title[i].substring(sign + 1);
      switch (name) {
        case "ref" -> ref = value;
        case "tag" -> tag = true;
        case "source" -> source = value;
        default -> (name.startsWith("CI_") ? predefined : settings).put(name, value);
      }
    }
    predefined.put(tag ? "CI_COMMIT_TAG" : "CI_COMMIT_BRANCH", ref);
    StringBuilder yaml = new StringBuilder();
    List<String> expected = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      if (line.startsWith("=> ")) {
        expected.add(line.substring(3));
      } else if (expected.isEmpty()) {
        yaml.append(line).append('\n');
      }
    }
    return new Case(
        table + ": " + title[0],
        new PushContext(ref, tag, source, predefined, settings, CommitFiles.NONE),
        yaml.toString(),
        expected);
  }

  static List<String> shown(Compiled compiled) {
    return switch (compiled) {
      case Compiled.Invalid invalid -> invalid.errors().stream().map(e -> "invalid: " + e).toList();
      case Compiled.NoJobs none -> List.of("none: " + none.why());
      case Compiled.Pipeline pipeline ->
          pipeline.jobs().stream().map(CiFileCasesTest::shown).toList();
    };
  }

  private static String shown(JobSpec job) {
    List<String> parts = new ArrayList<>(List.of(job.stage() + "/" + job.name() + ":"));
    parts.add(String.join("|", job.script()).replace("\n", "\\n"));
    add(parts, "after", String.join("|", job.afterScript()));
    add(
        parts,
        "variables",
        String.join(
            ",",
            job.variables().stream()
                .map(v -> v.key() + (v.raw() ? ":=" : "=") + v.value())
                .toList()));
    job.artifacts().ifPresent(a -> add(parts, "artifacts", a.name() + a.paths() + a.when().word()));
    job.needs()
        .ifPresent(
            needs ->
                add(
                    parts,
                    "needs",
                    needs.stream()
                        .map(n -> n.job() + (n.artifacts() ? "" : "-") + (n.optional() ? "?" : ""))
                        .toList()
                        .toString()));
    job.dependencies().ifPresent(d -> add(parts, "dependencies", d.toString()));
    add(parts, "when", job.when() == JobWhen.ON_SUCCESS ? "" : job.when().name());
    add(parts, "allow_failure", job.allowFailure() ? "true" : "");
    add(parts, "tags", String.join(",", job.tags()));
    job.timeout().ifPresent(t -> add(parts, "timeout", t.toSeconds() + "s"));
    return String.join(" ", parts);
  }

  private static void add(List<String> parts, String name, String value) {
    if (!value.isEmpty()) {
      parts.add(name + "=" + value);
    }
  }
}
