package org.newci.acceptance.structure;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.newci.acceptance.system.Checkout;

/** {@code docs/wire.md} lists the routes, scopes and problem kinds that the code has. */
class WirePageTest {

  private static final Set<String> SERVICES =
      Set.of("controller", "vcs-worker", "artifact-store", "deploy-worker");
  private static final Pattern ROUTE =
      Pattern.compile(
          "\\.(?:route|open)\\(\\s*(?:HandlerType\\.)?([A-Z]+),\\s*\"([^\"]+)\"(?:,\\s*Scope\\.([A-Z_]+))?");
  private static final Pattern KIND =
      Pattern.compile(
          "(?:Problem\\(\\s*\\d+,|Problem\\.(?:unprocessable|badGateway)\\(|"
              + "\\(\\d{3},)\\s*\"([a-z0-9-]+)\"");

  /** Constants of an enum of failures whose names are kinds. */
  private static final Pattern KIND_CONSTANT = Pattern.compile("(?m)^    ([A-Z_]{4,})[,;]$");

  private static final Pattern ROW =
      Pattern.compile("^\\| `(GET|PUT|POST|HEAD|DELETE) ([^` ?]+)[^`]*` \\| ([^|]+) \\|");
  private static final Pattern KIND_ROW = Pattern.compile("^\\| `([a-z0-9-]+)` \\| \\d");

  @Test
  void everyRouteIsOnThePageWithItsScope() {
    Map<String, String> inCode = new TreeMap<>();
    for (Path file : mainSources()) {
      Matcher route = ROUTE.matcher(String.join("\n", Checkout.lines(file)));
      while (route.find()) {
        String scope = route.group(3);
        String word = scope == null ? "own" : scope.toLowerCase(Locale.ROOT);
        inCode.put(
            route.group(1) + " " + route.group(2).replaceAll("[<{](\\w+)[>}]", "{}"),
            word.replace('_', ':'));
      }
    }
    Map<String, String> onPage = new TreeMap<>();
    for (String line : Checkout.lines(Checkout.file("docs/wire.md"))) {
      Matcher row = ROW.matcher(line);
      if (row.find()) {
        onPage.put(
            row.group(1) + " " + row.group(2).replaceAll("\\b[A-Z]+\\b", "{}"),
            row.group(3).replace("`", "").strip());
      }
    }
    assertThat(inCode).hasSizeGreaterThan(15);
    assertThat(onPage).isEqualTo(inCode);
  }

  @Test
  void everyProblemKindIsOnThePage() {
    Set<String> inCode = new TreeSet<>();
    for (Path file : mainSources()) {
      Matcher kind = KIND.matcher(String.join("\n", Checkout.lines(file)));
      while (kind.find()) {
        inCode.add(kind.group(1));
      }
      if (file.endsWith("SshFailure.java")) {
        Matcher constant = KIND_CONSTANT.matcher(String.join("\n", Checkout.lines(file)));
        while (constant.find()) {
          inCode.add(constant.group(1).toLowerCase(Locale.ROOT).replace('_', '-'));
        }
      }
    }
    Set<String> onPage = new TreeSet<>();
    for (String line : Checkout.lines(Checkout.file("docs/wire.md"))) {
      Matcher row = KIND_ROW.matcher(line);
      if (row.find()) {
        onPage.add(row.group(1));
      }
    }
    assertThat(inCode).contains("not-found", "forbidden", "busy", "source-timeout");
    assertThat(onPage).isEqualTo(inCode);
  }

  private static Iterable<Path> mainSources() {
    return Checkout.files(
        name ->
            name.matches("[a-z-]+/src/main/java/.*\\.java")
                && (SERVICES.contains(name.replaceFirst("/.*", ""))
                    || name.startsWith("service-shell/")));
  }
}
