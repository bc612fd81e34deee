package org.newci.acceptance.structure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.newci.acceptance.system.Checkout;
import org.newci.acceptance.system.WireRoutes;
import org.newci.cli.setup.Part;

/** The table of who may call what in {@code docs/threats.md} is the one that the code makes. */
class ThreatsPageTest {

  private static final String BEGIN = "<!-- who may call what: generated -->";
  private static final String END = "<!-- end -->";

  @Test
  void theTableOfWhoMayCallWhatIsTheCodes() {
    List<String> page = Checkout.lines(Checkout.file("docs/threats.md"));
    int from = page.indexOf(BEGIN);
    int to = page.subList(from, page.size()).indexOf(END) + from;
    String onPage =
        page.subList(from + 1, to).stream()
            .filter(line -> !line.isBlank())
            .collect(Collectors.joining("\n"));
    assertThat(onPage).isEqualTo(table());
  }

  private static String table() {
    List<String> rows = new ArrayList<>();
    rows.add("| whose token | may call |");
    rows.add("|---|---|");
    for (Part part : Part.values()) {
      String calls =
          WireRoutes.all().stream()
              .filter(r -> part.scopes().stream().anyMatch(s -> s.word().equals(r.scope())))
              .map(r -> "%s: `%s %s`".formatted(r.service(), r.method(), r.path()))
              .collect(Collectors.joining("<br>"));
      rows.add(
          "| %s | %s |"
              .formatted(part.word(), calls.isEmpty() ? "nothing: it has no token" : calls));
    }
    return String.join("\n", rows);
  }
}
