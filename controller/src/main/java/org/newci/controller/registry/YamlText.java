package org.newci.controller.registry;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;

/** Reads the YAML of a registry: one document, every scalar as text, no aliases. */
final class YamlText {

  private static final int DEPTH = 10;
  private static final int NODES = 100_000;

  private static final LoadSettings SETTINGS =
      LoadSettings.builder()
          .setSchema(new FailsafeSchema())
          .setAllowDuplicateKeys(true)
          .setMaxAliasesForCollections(0)
          .setCodePointLimit(RegistryFile.LARGEST)
          .build();

  private YamlText() {}

  /** The document's root; null when there is none. Adds to the mistakes what is not YAML. */
  static @Nullable Node read(String text, List<Mistake> mistakes) {
    try {
      // The flat stream of events first: making nodes of deep ones recurses.
      return isTame(text, mistakes) ? new Compose(SETTINGS).composeString(text).orElse(null) : null;
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().map(Mark::getLine).orElse(0) + 1;
      mistakes.add(new Mistake(line, "This is not YAML: %s.".formatted(e.getProblem())));
    } catch (YamlEngineException e) {
      String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      mistakes.add(new Mistake(1, "This is not YAML: %s.".formatted(why)));
    }
    return null;
  }

  private static boolean isTame(String text, List<Mistake> mistakes) {
    int depth = 0;
    int nodes = 0;
    int documents = 0;
    for (Event event : new Parse(SETTINGS).parseString(text)) {
      String wrong = null;
      switch (event.getEventId()) {
        case DocumentStart -> wrong = ++documents > 1 ? "There is a second document" : null;
        case SequenceStart, MappingStart ->
            wrong = ++depth > DEPTH ? "This is nested deeper than %d".formatted(DEPTH) : null;
        case SequenceEnd, MappingEnd -> depth--;
        case Alias -> wrong = "There is an alias";
        default -> {}
      }
      if (++nodes > NODES) {
        wrong = "There are more than %d parts".formatted(NODES);
      }
      if (wrong != null) {
        int line = event.getStartMark().map(Mark::getLine).orElse(0) + 1;
        mistakes.add(new Mistake(line, wrong + "; a registry needs none of that."));
        return false;
      }
    }
    return true;
  }
}
