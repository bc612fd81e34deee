package org.newci.standin.ci;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are too much of something, and those that only look so. */
@Timeout(60)
class CiFileLimitsTest {
  private static final PushContext PUSH =
      new PushContext("master", false, "push", Map.of("CI_COMMIT_BRANCH", "master"));

  @Test
  void threeHundredJobsWithRulesAndNeeds() {
    String jobs =
        IntStream.range(0, 300)
            .mapToObj(
                i ->
                    """
                    job%d:
                      <<: *common
                      stage: %s
                      script: [make %d, "make check"]
                      needs: [%s]
                      rules:
                        - if: $CI_COMMIT_BRANCH =~ /^mas/ && ($X == null || $Y)
                    """
                        .formatted(
                            i, i < 150 ? "build" : "test", i, i < 150 ? "" : "job" + (i - 150)))
            .collect(Collectors.joining());
    Compiled compiled =
        CiFile.compile(".common: &common {tags: [linux], timeout: 1h}\n" + jobs, PUSH);
    assertThat(compiled)
        .isInstanceOfSatisfying(
            Compiled.Pipeline.class, pipeline -> assertThat(pipeline.jobs()).hasSize(300));
  }

  @Test
  void fiveHundredJobsAreEnough() {
    assertThat(CiFile.compile(manyJobs(500), PUSH)).isInstanceOf(Compiled.Pipeline.class);
    assertThat(errors(manyJobs(501)))
        .containsExactly("The number of jobs has exceeded the limit of 500 (line 501)");
  }

  @Test
  void aFileOfOneMebibyte() {
    String file = "a: {script: a}\n# " + "x".repeat(CiFile.LARGEST_BYTES);
    assertThat(errors(file)).containsExactly("The file is too big: more than 1048576 bytes");
    assertThat(
            CiFile.compile(
                file.substring(0, CiFile.LARGEST_BYTES).getBytes(StandardCharsets.UTF_8), PUSH))
        .isInstanceOf(Compiled.Pipeline.class);
    assertThat(CiFile.compile(file.getBytes(StandardCharsets.UTF_8), PUSH))
        .isInstanceOf(Compiled.Invalid.class);
    assertThat(CiFile.compile(("# " + "ä".repeat(600_000)).getBytes(StandardCharsets.UTF_8), PUSH))
        .isInstanceOf(Compiled.Invalid.class);
  }

  @Test
  void bytesThatAreNotUtf8() {
    assertThat(CiFile.compile(new byte[] {'a', ':', ' ', (byte) 0xff}, PUSH))
        .isEqualTo(
            new Compiled.Invalid(List.of("Invalid configuration format: the file is not UTF-8")));
  }

  @Test
  void aByteOrderMarkIsNoPartOfTheFirstName() {
    byte[] file = "\uFEFFa: {script: a}\n".getBytes(StandardCharsets.UTF_8);
    assertThat(CiFile.compile(file, PUSH))
        .isInstanceOfSatisfying(
            Compiled.Pipeline.class,
            pipeline -> assertThat(pipeline.jobs().getFirst().name()).isEqualTo("a"));
  }

  @Test
  void aNameOf255Characters() {
    assertThat(CiFile.compile("? " + "n".repeat(255) + "\n: {script: a}\n", PUSH))
        .isInstanceOf(Compiled.Pipeline.class);
    assertThat(errors("? " + "n".repeat(256) + "\n: {script: a}\n").getFirst())
        .contains("name is too long (maximum is 255 characters)");
  }

  @Test
  void fiftyTags() {
    assertThat(CiFile.compile(tags(50), PUSH)).isInstanceOf(Compiled.Pipeline.class);
    assertThat(errors(tags(51)))
        .containsExactly("jobs:a:tags config must be less than the limit of 50 tags (line 1)");
  }

  @Test
  void listsInsideListsInsideLists() {
    assertThat(errors("a: " + "[".repeat(100_000)).getFirst())
        .contains("nested deeper than 60 levels");
    assertThat(errors("a: " + "{a: ".repeat(100_000)).getFirst())
        .contains("nested deeper than 60 levels");
  }

  @Test
  void aBombOfAliasesInAScript() {
    StringBuilder file = new StringBuilder(".l0: &l0 [a, a, a, a, a, a, a, a, a, a]\n");
    for (int i = 1; i < 9; i++) {
      file.append(".l%d: &l%d [%s]\n".formatted(i, i, "*l%d, ".formatted(i - 1).repeat(10)));
    }
    assertThat(errors(file + "a: {script: *l8}\n"))
        .containsExactly(
            "jobs:a:script config makes the file's lists longer than 100000 lines (line 10)");
  }

  @Test
  void aBombOfMerges() {
    StringBuilder file = new StringBuilder(".m0: &m0 {");
    IntStream.range(0, 1000).forEach(i -> file.append("k%d: x, ".formatted(i)));
    file.append("}\n");
    for (int i = 1; i < 300; i++) {
      file.append(".m%d: &m%d {<<: *m%d, n%d: x}\n".formatted(i, i, i - 1, i));
    }
    assertThat(errors(file + "a: {script: a}\n").getFirst())
        .startsWith("The parsed YAML is too big: more than 200000 entries");
  }

  @Test
  void moreAliasesThanAnybodyNeeds() {
    String file = ".s: &s [a]\na:\n  script:\n" + "    - *s\n".repeat(YamlText.ALIASES + 1);
    assertThat(errors(file).getFirst()).contains("aliases");
  }

  @Test
  void aScriptThatNoMessageCanCarry() {
    String line = "    - " + "x".repeat(1000) + "\n";
    String file = ".s: &s\n" + line.repeat(900) + "a:\n  script:\n    - *s\n    - *s\n";
    assertThat(errors(file).getFirst())
        .startsWith("jobs:a script is longer than 1048576 characters or 10000 lines");
  }

  @Test
  void moreRulesThanAnybodyNeeds() {
    StringBuilder file = new StringBuilder(".r: &r\n");
    file.append("  - if: $NO\n".repeat(200));
    IntStream.range(0, 60).forEach(i -> file.append("j%d: {script: a, rules: *r}\n".formatted(i)));
    assertThat(errors(file.toString()))
        .singleElement()
        .asString()
        .contains("config makes more than 10000 rules in the file");
  }

  @Test
  void rulesThatWouldSearchForEver() {
    Map<String, String> variables = new HashMap<>();
    variables.put("LONG", "a".repeat(100_000));
    StringBuilder file = new StringBuilder(".r: &r\n");
    for (int i = 0; i < 50; i++) {
      file.append("  - if: '$LONG =~ /(a?){500}(a*)*%db/'\n".formatted(i));
    }
    IntStream.range(0, 100).forEach(i -> file.append("j%d: {script: a, rules: *r}\n".formatted(i)));
    Compiled compiled =
        CiFile.compile(file.toString(), new PushContext("master", false, "push", variables));
    assertThat(compiled)
        .isEqualTo(
            new Compiled.Invalid(List.of("The rules of the file take too long to evaluate")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(((a{100}){100}){100})",
        "a{1001}",
        "((a{500}){500}){3}",
        "(?:(?:a{1000}){1000}){1000}"
      })
  void expressionsThatExplode(String regex) {
    assertThat(CiFile.compile("a: {script: a, rules: [{if: '$A =~ /" + regex + "/'}]}\n", PUSH))
        .isNotNull();
  }

  @Test
  void longExpressions() {
    String chain = "$A" + " || $A".repeat(400);
    assertThat(errors("a: {script: a, rules: [{if: '%s'}]}\n".formatted(chain)).getFirst())
        .contains("invalid expression syntax");
    assertThat(ExpressionParser.parse("(".repeat(60) + "$A" + ")".repeat(60))).isEmpty();
    assertThat(ExpressionParser.parse("(".repeat(40) + "$A" + ")".repeat(40))).isPresent();
    assertThat(ExpressionParser.parse("\"" + "x".repeat(20_000) + "\"")).isEmpty();
    assertThat(ExpressionParser.parse("$A =~ /" + "\\d".repeat(4_000) + "/")).isEmpty();
  }

  @Test
  void moreVariablesThanAnybodyNeeds() {
    StringBuilder file = new StringBuilder("a: {script: a}\nvariables:\n");
    IntStream.range(0, 1001).forEach(i -> file.append("  V%d: x\n".formatted(i)));
    assertThat(errors(file.toString()))
        .containsExactly("variables config has more than 1000 variables (line 2)");
  }

  @Test
  void oneHundredFaultsAreNotAllTold() {
    StringBuilder file = new StringBuilder();
    IntStream.range(0, 100).forEach(i -> file.append("j%d: {}\n".formatted(i)));
    List<String> errors = errors(file.toString());
    assertThat(errors).hasSize(Faults.SHOWN + 1);
    assertThat(errors.getLast()).isEqualTo("and 80 more errors");
  }

  @Test
  void aFaultIsOneReadableLine() {
    String name = "x\\n\\e[31m" + "y".repeat(2_000);
    String error = errors("a: {script: a, stage: \"" + name + "\"}\n").getFirst();
    assertThat(error).hasSizeLessThan(700).doesNotContain("\n").doesNotContain("\u001b");
    assertThat(error).startsWith("a job: chosen stage x").endsWith("(line 1)");
  }

  @Test
  void aMatrixOfAThousandJobs() {
    String values =
        IntStream.range(0, 1000).mapToObj(String::valueOf).collect(Collectors.joining(", "));
    assertThat(errors("a: {script: a, parallel: {matrix: [{A: [%s]}]}}\n".formatted(values)))
        .containsExactly(
            "jobs:a:parallel:matrix config generates too many jobs (maximum is 200) (line 1)");
    StringBuilder huge =
        new StringBuilder("a:\n  script: a\n  parallel:\n    matrix:\n      - A0: [1, 2]\n");
    IntStream.range(1, 80).forEach(i -> huge.append("        A%d: [1, 2]\n".formatted(i)));
    assertThat(errors(huge.toString()).getFirst()).contains("generates too many jobs");
  }

  @Test
  void manyMatricesAreStillNoMoreThanTheJobsOfAFile() {
    String file =
        """
        a: {script: a, parallel: 200}
        b: {script: b, parallel: 200}
        c: {script: c, parallel: 200}
        """;
    assertThat(errors(file))
        .containsExactly("The number of jobs has exceeded the limit of 500 (line 3)");
  }

  @Test
  void aFileThatIncludesMoreAndMore() {
    CommitFiles everywhere =
        files(
            path ->
                "include: n%d.yml\n".formatted(Integer.parseInt(path.replaceAll("\\D", "")) + 1));
    assertThat(errors("include: n0.yml\na: {script: a}\n", everywhere))
        .containsExactly("Maximum of 150 nested includes are allowed! (n149.yml line 1)");
  }

  @Test
  void aTreeOfIncludesThatDoubles() {
    CommitFiles twice =
        files(
            path -> {
              int next = Integer.parseInt(path.replaceAll("\\D", "")) + 1;
              return "include: [n%d.yml, n%d.yml]\nj%d: {script: a}\n".formatted(next, next, next);
            });
    assertThat(errors("include: n0.yml\n", twice).getFirst()).startsWith("Maximum of 150");
  }

  @Test
  void anIncludedFileThatIsNoUtf8OrTooLarge() {
    CommitFiles bad = files(path -> path.startsWith("big") ? "#".repeat(2_000_000) : "");
    assertThat(errors("include: big.yml\na: {script: a}\n", bad))
        .containsExactly("`big.yml`: The file is too big: more than 1048576 bytes (line 1)");
  }

  @Test
  void aBombOfReferences() {
    StringBuilder file = new StringBuilder(".l0: {s: [a, a, a, a, a, a, a, a, a, a]}\n");
    for (int i = 1; i < 9; i++) {
      String one = "!reference [.l%d, s], ".formatted(i - 1);
      file.append(".l%d: {s: [%s]}\n".formatted(i, one.repeat(10)));
    }
    assertThat(errors(file + "a: {script: !reference [.l8, s]}\n").getFirst())
        .contains("config makes the file's lists longer than 100000 lines");
  }

  @Test
  void aBombOfExtends() {
    StringBuilder file = new StringBuilder(".b:\n  variables:\n");
    IntStream.range(0, 900).forEach(i -> file.append("    V%d: x\n".formatted(i)));
    IntStream.range(0, 400)
        .forEach(
            i -> file.append("j%d: {extends: .b, variables: {W: x}, script: a}\n".formatted(i)));
    assertThat(errors(file.toString()).getFirst())
        .startsWith("The parsed YAML is too big: more than 200000 entries (line ");
  }

  @Test
  void variablesThatBlowUp() {
    StringBuilder file = new StringBuilder("variables:\n  V0: xxxxxxxxxx\n");
    for (int i = 1; i < 40; i++) {
      file.append("  V%d: $V%d$V%d$V%d\n".formatted(i, i - 1, i - 1, i - 1));
    }
    assertThat(CiFile.compile(file + "a: {script: a, tags: [$V39], environment: x/$V39}\n", PUSH))
        .isInstanceOf(Compiled.Pipeline.class);
  }

  @Test
  void variablesThatAreMadeOfEachOther() {
    assertThat(errors("variables: {A: $B, B: x$C, C: '${A}', D: $A}\na: {script: a}\n"))
        .containsExactly("a: circular variable reference detected: [\"A\", \"B\", \"C\"] (line 2)");
    assertThat(CiFile.compile("a: {script: a, variables: {PATH: '$PATH:/x'}}\n", PUSH))
        .isInstanceOf(Compiled.Pipeline.class);
  }

  @Test
  void patternsThatExplode() {
    String stars = "*a".repeat(400);
    CommitFiles long1 = files(path -> "", "a".repeat(3_000));
    PushContext push = new PushContext("m", false, "push", Map.of(), Map.of(), long1);
    for (String glob :
        List.of(stars, "{".repeat(900), "{a,b}".repeat(190), "[".repeat(900), "**/".repeat(300))) {
      String file = "a: {script: a, rules: [{exists: ['" + glob + "']}]}\nb: {script: b}\n";
      assertThat(CiFile.compile(file, push)).as(glob).isNotNull();
    }
  }

  @Test
  void aFileOfTenMegabytes() {
    byte[] file = ("a: {script: a}\n#" + "x".repeat(10_000_000)).getBytes(StandardCharsets.UTF_8);
    assertThat(CiFile.compile(file, PUSH))
        .isEqualTo(new Compiled.Invalid(List.of("The file is too big: more than 1048576 bytes")));
  }

  private static CommitFiles files(UnaryOperator<String> text, String... paths) {
    return new CommitFiles() {
      @Override
      public Optional<byte[]> read(String path) {
        return Optional.of(text.apply(path).getBytes(StandardCharsets.UTF_8));
      }

      @Override
      public Optional<String> contentId(String path) {
        return Optional.empty();
      }

      @Override
      public List<String> paths() {
        return List.of(paths);
      }

      @Override
      public Optional<List<String>> changed() {
        return Optional.empty();
      }

      @Override
      public Optional<List<String>> changedSince(String ref) {
        return Optional.empty();
      }
    };
  }

  private static List<String> errors(String file, CommitFiles files) {
    PushContext push = new PushContext("master", false, "push", Map.of(), Map.of(), files);
    assertThat(CiFile.compile(file, push)).isInstanceOf(Compiled.Invalid.class);
    return ((Compiled.Invalid) CiFile.compile(file, push)).errors();
  }

  private static List<String> errors(String file) {
    assertThat(CiFile.compile(file, PUSH)).isInstanceOf(Compiled.Invalid.class);
    return ((Compiled.Invalid) CiFile.compile(file, PUSH)).errors();
  }

  private static String manyJobs(int count) {
    return IntStream.range(0, count)
        .mapToObj("j%d: {script: a}\n"::formatted)
        .collect(Collectors.joining());
  }

  private static String tags(int count) {
    return IntStream.range(0, count)
        .mapToObj("t%d"::formatted)
        .collect(Collectors.joining(", ", "a: {script: a, tags: [", "]}\n"));
  }
}
