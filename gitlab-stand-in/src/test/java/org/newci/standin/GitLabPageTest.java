package org.newci.standin;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/gitlab.md says of each route whether it is here; this test holds it to that. */
class GitLabPageTest {

  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `([A-Z]+ /[^`]*)` \\| (yes|partly|no) \\|");

  @TempDir Path dir;

  @Test
  void thePageNamesExactlyTheRoutesThatAreServed() throws Exception {
    String page = Files.readString(Path.of(System.getProperty("newci.root"), "docs", "gitlab.md"));
    Set<String> here = rows(page, false);
    Set<String> notHere = rows(page, true);
    try (StandIn standIn = new StandIn(dir)) {
      Set<String> served =
          standIn.service().routes().stream()
              .map(route -> route.method() + " " + route.path())
              .collect(Collectors.toCollection(TreeSet::new));
      assertThat(here).isEqualTo(served);
      assertThat(notHere).doesNotContainAnyElementsOf(served).isNotEmpty();
    }
  }

  private static Set<String> rows(String page, boolean no) {
    return ROW.matcher(page)
        .results()
        .filter((MatchResult row) -> row.group(2).equals("no") == no)
        .map(row -> row.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
