package org.newci.runner.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SelectionTest {

  @TempDir Path dir;
  private Path project;

  @BeforeEach
  void fill() throws IOException {
    project = Files.createDirectories(dir.resolve("project"));
    Path outside = Files.createDirectories(dir.resolve("outside"));
    Files.writeString(outside.resolve("key"), "private");
    Files.createDirectories(project.resolve("out/deep"));
    Files.writeString(project.resolve("out/a.txt"), "a");
    Files.writeString(project.resolve("out/deep/b.txt"), "b");
    Files.createSymbolicLink(project.resolve("out/link"), outside.resolve("key"));
    Files.createSymbolicLink(project.resolve("away"), outside);
  }

  private Selection.Found find(List<String> paths, String... exclude) throws IOException {
    return Selection.of(
        project, new Selection.Request("/builds/p", paths, List.of(exclude), List.of(), false));
  }

  @Test
  void aFolderMeansAllInItButLinks() throws IOException {
    Selection.Found found = find(List.of("out"));
    assertThat(found.paths()).containsExactly("out", "out/a.txt", "out/deep", "out/deep/b.txt");
    assertThat(found.messages()).anyMatch(line -> line.contains("1 links"));
  }

  @Test
  void linksLeadNowhere() throws IOException {
    assertThat(find(List.of("away")).paths()).isEmpty();
    assertThat(find(List.of("away/key")).paths()).isEmpty();
    assertThat(find(List.of("away/*")).paths()).isEmpty();
    assertThat(find(List.of("**/key")).paths()).isEmpty();
  }

  @Test
  void patternsAndExclusions() throws IOException {
    assertThat(find(List.of("**/*.txt")).paths()).containsExactly("out/a.txt", "out/deep/b.txt");
    assertThat(find(List.of("out/**"), "out/deep/**").paths())
        .contains("out/a.txt")
        .doesNotContain("out/deep/b.txt");
  }

  @Test
  void namesWhatIsNotThere() throws IOException {
    Selection.Found found = find(List.of("nothing", "../outside/key", "/etc/passwd"));
    assertThat(found.paths()).isEmpty();
    assertThat(found.messages())
        .anyMatch(line -> line.startsWith("WARNING: nothing: no matching files"))
        .anyMatch(line -> line.contains("../outside/key: outside of the project's folder"))
        .anyMatch(line -> line.contains("/etc/passwd: outside of the project's folder"));
  }
}
