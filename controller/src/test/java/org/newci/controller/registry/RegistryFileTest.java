package org.newci.controller.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong in a registry is said with its line. */
class RegistryFileTest {

  @TempDir Path dir;

  /** In the texts {@code ;} is the end of a line and {@code `} a double quote. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "|1|is empty",
        "[]|1|is no mapping",
        "a: [|1|This is not YAML",
        "projects: []|1|neither 'projects' nor a 'default'",
        "default: {}; ;---;x: 1|3|second document",
        "default: &a {};projects: [*a]|2|alias",
        "a: [[[[[[[[[[[[]]]]]]]]]]]]|1|nested deeper",
        "default: {};project: []|2|'project' is not known in the registry (expected some of:"
            + " default",
        "default: {};default: {}|2|'default' is twice",
        "default: {match: `https://h/**`}|1|has a 'match'",
        "projects:;  - submit: [everybody]|2|has no 'match'",
        "projects:;  - match: https://h/a;    owner: x|3|'owner' is not known in this project",
        "projects:;  - match: [a]|2|'match' of this project is no text",
        "projects:;  - match: ftp://h/a|2|the scheme",
        "projects:;  - match: https://h*/a|2|a host's whole name",
        "projects:;  - match: https://*h/a|2|a host's whole name",
        "projects:;  - match: https://u@h/a|2|a host's whole name",
        "projects:;  - match: https://h/a.git|2|without .git",
        "projects:;  - match: https://h/***|2|a path with *",
        "projects:;  - match: https://h/a;  - match: https://h/a|3|is in line 2 already",
        "projects:;  - match: https://h/a;    submit: [ann]|3|expected everybody, user:SUBJECT or"
            + " group:NAME",
        "projects:;  - match: https://h/a;    loopback: maybe|3|expected true or false",
        "projects:;  - match: https://h/a;    uploads: [app]|3|'uploads' of this project is no text",
        "projects:;  - match: https://h/a;    variables: {NEWCI_UPLOAD_TOKEN: x}|3|not beginning with"
            + " NEWCI_",
        "projects:;  - match: https://h/a;    project: ../x|3|'project' is '../x'",
        "projects:;  - match: https://h/a;    project: tree|3|'project' is 'tree'",
        "projects:;  - match: https://h/*;    project: same|3|the same for several repositories",
        "projects:;  - match: https://h/**;    project: `x-{name}`|3|the same for several"
            + " repositories",
        "projects:;  - match: `https://*/a`;    project: `x-{path}`|3|the same for several"
            + " repositories",
        "projects:;  - match: https://h/a;    project: x;  - match: https://h/b;    project:"
            + " x|4|that of line 2 too",
        "projects:;  - match: https://h/*;    project: `t-{name}`;  - match: https://h/b;   "
            + " project: t-b|4|line 2 gives to another",
        "projects:;  - match: https://h/a;    replace: keep|3|expected delete or reset",
        "projects:;  - match: https://h/a;    environment: a b|3|'environment' is 'a b'",
        "projects:;  - match: https://h/a;    limits: {time: soon}|3|time 'soon'",
        "projects:;  - match: https://h/a;    limits: {log: 10MB}|3|such as 500, 20KiB",
        "projects:;  - match: https://h/a;    limits: {memory: 1}|3|'memory' is not known in"
            + " limits",
        "projects:;  - match: https://h/a;    variables: {CI_JOB_TOKEN: x}|3|not beginning with"
            + " NEWCI_",
        "projects:;  - match: https://h/a;    variables: {A-B: x}|3|letters, digits and '_'",
        "projects:;  - match: https://h/a;    secrets: [{name: K, file: ../k, refs: [m]}]|3|'file'"
            + " is '../k'",
        "projects:;  - match: https://h/a;    secrets: [{name: K, file: k}]|3|A secret has no"
            + " 'refs'",
        "projects:;  - match: https://h/a;    watch: {}|3|neither 'branches' nor 'tags'",
        "projects:;  - match: https://h/a;    watch: {branches: [m], every: 1s}|3|from 5 s",
        "projects:;  - match: https://h/a;    watch: {branches: [m], artifact: x}|3|does not let"
            + " this project write",
        "default:;  credential: k|2|which every repository would get",
        "default:;  project: x|2|lacks {hash}",
      })
  void mistakesHaveALineAndASentence(String text, int line, String words) {
    String yaml = text == null ? "" : text.replace(';', '\n').replace('`', '"');
    assertThatThrownBy(() -> RegistryFile.parse(Path.of("p.yaml"), yaml))
        .isInstanceOfSatisfying(
            RegistryRefused.class,
            e ->
                assertThat(e.mistakes())
                    .as(e.getMessage())
                    .anySatisfy(
                        mistake -> {
                          assertThat(mistake.line()).isEqualTo(line);
                          assertThat(mistake.sentence()).contains(words).endsWith(".");
                        }));
  }

  /** The example of docs/operations.md is a registry, and has every key. */
  @Test
  void theDocumentedExampleIsRight() throws Exception {
    Path page = Path.of(System.getProperty("newci.root"), "docs", "operations.md");
    String text = Files.readString(page);
    String example =
        text.replaceFirst("(?s).*?```yaml\\n(?=# They see)", "").replaceFirst("(?s)```.*", "");
    Registry registry = RegistryFile.parse(page, example);
    assertThat(registry.size()).isEqualTo(2);
    for (String key : RuleReader.KEYS) {
      assertThat(example.contains(key + ":") || key.equals("loopback")).as(key).isTrue();
    }
  }

  @Test
  void allMistakesAreSaidAtOnceInOrder() {
    String yaml = "projects:\n  - match: x\n    loopback: 7\noperators: [me]\n";
    assertThatThrownBy(() -> RegistryFile.parse(Path.of("p.yaml"), yaml))
        .hasMessageMatching("(?s)p.yaml:2: .*\np.yaml:3: .*\np.yaml:4: .*");
  }

  @Test
  void filesThatAreNoneAreRefused() throws Exception {
    Path file = dir.resolve("p.yaml");
    assertThatThrownBy(() -> RegistryFile.read(file)).hasMessageContaining("cannot be read");
    Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 0});
    assertThatThrownBy(() -> RegistryFile.read(file)).hasMessageContaining("not UTF-8");
    Files.writeString(file, "#".repeat(RegistryFile.LARGEST + 1));
    assertThatThrownBy(() -> RegistryFile.read(file)).hasMessageContaining("larger than");
  }

  /** Whatever is in the file, it is read or refused with sentences; nothing else is thrown. */
  @Test
  void damagedFilesNeverDoAnythingElse() {
    String good =
        """
        operators: [user:a]
        projects:
          - match: https://h/*
            submit: [everybody]
            watch: {branches: [m], every: 1m}
            limits: {time: 1h, log: 2MiB}
            secrets: [{name: K, file: k, refs: [m]}]
        default: {read: everybody}
        """;
    Random dice = new Random(5);
    byte[] pieces = "{}[]:,&*!|>'\"%@`#\n\t -0aé\u0000".getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 3_000; i++) {
      byte[] text = good.getBytes(StandardCharsets.UTF_8);
      for (int n = dice.nextInt(4); n >= 0; n--) {
        text[dice.nextInt(text.length)] = pieces[dice.nextInt(pieces.length)];
      }
      try {
        Registry registry =
            RegistryFile.parse(Path.of("p.yaml"), new String(text, StandardCharsets.UTF_8));
        assertThat(registry.size()).isLessThanOrEqualTo(1);
      } catch (RegistryRefused e) {
        assertThat(e.mistakes()).isNotEmpty();
      }
    }
  }

  @Test
  void aChangeIsReadAndABrokenOneLeavesTheOldInForce() throws Exception {
    Path file = dir.resolve("projects.yaml");
    Files.writeString(file, "default: {submit: [user:ann]}\n");
    try (LiveRegistry live = LiveRegistry.open(file, true, false)) {
      Registry first = live.get();
      live.look();
      assertThat(live.get()).isSameAs(first);
      Files.writeString(file, "default: {submit: [user:ann, user:bob]}\n");
      live.look();
      Registry second = live.get();
      assertThat(second).isNotSameAs(first);
      Files.writeString(file, "default: {submit: [bob]}\n");
      live.look();
      assertThat(live.get()).isSameAs(second);
      assertThat(live.problem()).contains("stays in force", "projects.yaml:1: In the default");
      Files.delete(file);
      live.look();
      assertThat(live.get()).isSameAs(second);
      assertThat(live.problem()).contains("cannot be read");
      Files.writeString(file, "default: {}\n");
      live.look();
      assertThat(live.get()).isNotSameAs(second);
      assertThat(live.problem()).isNull();
    }
  }

  @Test
  void aNamedFileMustBeThere() {
    Path none = dir.resolve("none.yaml");
    assertThatThrownBy(() -> LiveRegistry.open(none, true, false))
        .hasMessageContaining("cannot be read");
    try (LiveRegistry open = LiveRegistry.open(none, false, false)) {
      assertThat(open.problem()).isNull();
    }
  }
}
