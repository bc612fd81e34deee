package org.newci.acceptance.structure;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.newci.acceptance.system.Checkout;

/** Holds the code to the import table of {@code docs/architecture.md}. */
class ImportTableTest {

  /** Which package each module owns. */
  private static final Map<String, String> OWNED =
      Map.ofEntries(
          Map.entry("contracts", "org.newci.contracts"),
          Map.entry("common-auth", "org.newci.auth"),
          Map.entry("service-shell", "org.newci.shell"),
          Map.entry("controller", "org.newci.controller"),
          Map.entry("vcs-worker", "org.newci.vcs"),
          Map.entry("artifact-store", "org.newci.store"),
          Map.entry("deploy-worker", "org.newci.deploy"),
          Map.entry("test-env", "org.newci.testenv"),
          Map.entry("gitlab-stand-in", "org.newci.standin"),
          Map.entry("runner", "org.newci.runner"),
          Map.entry("cli", "org.newci.cli"));

  private static JavaClasses classes;
  private static Map<String, List<String>> table;

  @BeforeAll
  static void read() throws IOException {
    classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.newci");
    table = tableOfTheDocumentation();
  }

  @Test
  void theTableNamesEveryModule() {
    assertThat(table.keySet()).containsExactlyInAnyOrderElementsOf(OWNED.keySet());
  }

  @Test
  void everyModuleImportsOnlyWhatTheTableLetsIt() {
    OWNED.forEach(
        (module, owned) -> {
          List<String> allowed = table.get(module);
          String[] forbidden =
              OWNED.entrySet().stream()
                  .filter(other -> !other.getKey().equals(module))
                  .filter(other -> !allowed.contains(other.getKey()))
                  .map(other -> other.getValue() + "..")
                  .toArray(String[]::new);
          if (forbidden.length > 0) {
            noClasses()
                .that()
                .resideInAPackage(owned + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(forbidden)
                .because("docs/architecture.md lets %s import %s".formatted(module, allowed))
                .check(classes);
          }
        });
  }

  @Test
  void everyModuleOfTheTableWasLookedAt() {
    OWNED.forEach(
        (module, owned) ->
            assertThat(classes.that(inPackage(owned))).as("classes of %s", module).isNotEmpty());
  }

  @Test
  void packagesOfOneModuleFormNoCycles() {
    OWNED
        .values()
        .forEach(
            owned ->
                SlicesRuleDefinition.slices()
                    .matching(owned + ".(*)..")
                    .should()
                    .beFreeOfCycles()
                    .allowEmptyShould(true)
                    .check(classes));
  }

  private static com.tngtech.archunit.base.DescribedPredicate<
          com.tngtech.archunit.core.domain.JavaClass>
      inPackage(String owned) {
    return com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage(owned + "..");
  }

  private static Map<String, List<String>> tableOfTheDocumentation() throws IOException {
    Map<String, List<String>> rows = new LinkedHashMap<>();
    boolean inside = false;
    for (String line : Files.readAllLines(Checkout.file("docs/architecture.md"))) {
      if (line.startsWith("| module | may import |")) {
        inside = true;
      } else if (inside && !line.startsWith("|")) {
        inside = false;
      } else if (inside && !line.startsWith("|---")) {
        String[] cells = line.split("\\|", -1);
        List<String> imports = new ArrayList<>();
        for (String word : cells[2].split(",", -1)) {
          String name = word.replace("`", "").strip();
          if (!name.equals("–")) {
            imports.add(name);
          }
        }
        rows.put(cells[1].replace("`", "").strip(), imports);
      }
    }
    return rows;
  }
}
