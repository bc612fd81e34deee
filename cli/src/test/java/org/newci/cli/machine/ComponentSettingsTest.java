package org.newci.cli.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.newci.cli.setup.DataFolder;
import org.newci.cli.setup.Part;
import org.newci.cli.setup.Ports;

/** What somebody sets for {@code newci up} reaches the component that reads it. */
class ComponentSettingsTest {

  private static final Pattern SETTING = Pattern.compile("\"(NEWCI_[A-Z_]+)\"");

  /** Variables of jobs and projects, not settings. */
  private static final Set<String> OTHERS =
      Set.of(
          "NEWCI_REF",
          "NEWCI_REPO",
          "NEWCI_BUILD",
          "NEWCI_MARKER",
          "NEWCI_UPLOAD_URL",
          "NEWCI_UPLOAD_TOKEN",
          "NEWCI_UPLOAD_CA");

  private static final ComponentSettings SETTINGS =
      new ComponentSettings(
          new DataFolder(Path.of("/srv/newci")),
          new Ports(
              Map.of(
                  "controller", 1,
                  "vcs-worker", 2,
                  "artifact-store", 3,
                  "deploy-worker", 4,
                  "test-env", 5,
                  "gitlab-stand-in", 6,
                  "test-env-ssh", 7)),
          true);

  @Test
  void theControllerGetsItsLimitsAndItsDatabase() {
    Map<String, String> set =
        Map.of(
            "NEWCI_QUEUE_LIMIT", "7",
            "NEWCI_CONCURRENT_EACH", "2",
            "NEWCI_DATABASE_URL", "jdbc:postgresql://db.example/newci",
            "NEWCI_DATABASE_USER", "newci",
            "NEWCI_LEASE", "10s");
    assertThat(SETTINGS.of(Part.CONTROLLER, set)).containsAllEntriesOf(set);
    assertThat(SETTINGS.of(Part.CONTROLLER, Map.of("NEWCI_QUEUE_LIMIT", " ")))
        .doesNotContainKey("NEWCI_QUEUE_LIMIT");
  }

  /** Each that its code names is either decided by the data folder, or handed on. */
  @ParameterizedTest
  @EnumSource
  void whatAComponentReadsIsHandedOn(Part part) {
    Set<String> read = read(part);
    assertThat(read).isNotEmpty();
    Map<String, String> decided = SETTINGS.of(part, Map.of());
    for (String name : read) {
      Map<String, String> given = SETTINGS.of(part, Map.of(name, "as set"));
      assertThat(decided.containsKey(name) || "as set".equals(given.get(name)))
          .as("%s of the %s is neither handed on nor decided", name, part.word())
          .isTrue();
    }
  }

  private static Set<String> read(Part part) {
    Path sources = Path.of("..", part.word(), "src", "main", "java");
    Set<String> names = new TreeSet<>();
    try (Stream<Path> files = Files.walk(sources)) {
      List<Path> java = files.filter(file -> file.toString().endsWith(".java")).toList();
      for (Path file : java) {
        Matcher match = SETTING.matcher(Files.readString(file));
        while (match.find()) {
          names.add(match.group(1));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    names.removeAll(OTHERS);
    return names;
  }
}
