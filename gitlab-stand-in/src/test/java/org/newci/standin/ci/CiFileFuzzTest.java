package org.newci.standin.ci;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever lies in a repository, the answer is a {@link Compiled}. The seed is in the name. */
@Timeout(120)
class CiFileFuzzTest {
  private static final int TRIES = 3_000;
  private static final PushContext PUSH =
      new PushContext("master", false, "push", Map.of("CI_COMMIT_BRANCH", "master"));

  private static final List<String> PIECES =
      List.of(
          "a:",
          "script:",
          "- ",
          "  ",
          "\n",
          "&x ",
          "*x",
          "<<: ",
          "[",
          "]",
          "{",
          "}",
          ",",
          "'",
          "\"",
          "|",
          ">",
          "!reference ",
          "!!str ",
          "? ",
          "---\n",
          "rules:",
          "if: ",
          "$A",
          "==",
          "&&",
          "(",
          ")",
          "/a/",
          "null",
          "true",
          "010",
          "1:30",
          "\t",
          "#",
          "\u0000",
          "\uFEFF",
          "ä",
          "needs:",
          "stage:",
          "stages:",
          "variables:",
          "default:",
          "only:",
          "artifacts:",
          "paths:",
          "extends: ",
          "include: ",
          "parallel: ",
          "matrix: ",
          "cache: ",
          "image: ",
          "workflow: ",
          "changes: ",
          "**/*",
          "environment: ",
          "retry: ",
          "when: manual",
          "%YAML 1.1\n");

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void randomBytes(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < TRIES; i++) {
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      assertThat(CiFile.compile(bytes, PUSH)).isNotNull();
      String text = new String(bytes, StandardCharsets.ISO_8859_1);
      assertThat(CiFile.compile(text, PUSH)).as(text).isNotNull();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void randomPiecesOfYaml(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < TRIES; i++) {
      StringBuilder text = new StringBuilder();
      int count = random.nextInt(60);
      for (int n = 0; n < count; n++) {
        text.append(PIECES.get(random.nextInt(PIECES.size())));
      }
      assertThat(CiFile.compile(text.toString(), PUSH)).as(text.toString()).isNotNull();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void goodFilesWithDamage(long seed) throws IOException {
    Random random = new Random(seed);
    List<String> files = CiFileCasesTest.yamls();
    for (int i = 0; i < TRIES; i++) {
      StringBuilder text = new StringBuilder(files.get(random.nextInt(files.size())));
      int damage = 1 + random.nextInt(4);
      for (int n = 0; n < damage; n++) {
        damage(text, files, random);
      }
      assertThat(CiFile.compile(text.toString(), PUSH)).as(text.toString()).isNotNull();
    }
  }

  private static void damage(StringBuilder text, List<String> files, Random random) {
    int at = random.nextInt(text.length() + 1);
    switch (random.nextInt(5)) {
      case 0 -> text.insert(at, PIECES.get(random.nextInt(PIECES.size())));
      case 1 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(5)));
      case 2 -> text.insert(at, (char) random.nextInt(0x10000));
      case 3 -> text.append(files.get(random.nextInt(files.size())));
      default -> text.setLength(at);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void randomExpressions(long seed) {
    Random random = new Random(seed);
    List<String> parts =
        List.of(
            "$A", "${", "==", "!=", "=~", "!~", "&&", "||", "(", ")", "/a/i", "/", "\\", "\"x\"",
            "'", "null", " ", "1", "[");
    Sight sight =
        Sight.of(
            new PushContext("master", false, "push", Map.of("A", "/x/")),
            List.of(),
            Map.of(),
            new Sight.Work());
    for (int i = 0; i < TRIES; i++) {
      StringBuilder text = new StringBuilder();
      int count = 1 + random.nextInt(9);
      for (int n = 0; n < count; n++) {
        text.append(parts.get(random.nextInt(parts.size())));
      }
      ExpressionParser.parse(text.toString()).ifPresent(e -> e.holds(sight));
    }
  }
}
