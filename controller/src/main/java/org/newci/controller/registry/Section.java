package org.newci.controller.registry;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * A mapping of a registry file; what is wrong with it is noted with its line, and reading goes on.
 */
final class Section {

  private final String name;
  private final int line;
  private final Map<String, Node> fields = new LinkedHashMap<>();
  private final List<Mistake> mistakes;

  /**
   * @param name what the section is called, for sentences
   * @param known the keys that it may have; null for any
   */
  Section(String name, Node node, @Nullable Set<String> known, List<Mistake> mistakes) {
    this.name = name;
    this.line = line(node);
    this.mistakes = mistakes;
    if (!(node instanceof MappingNode mapping)) {
      note(line, "%s is no mapping (expected KEY: VALUE lines).".formatted(capital(name)));
      return;
    }
    for (NodeTuple tuple : mapping.getValue()) {
      int at = line(tuple.getKeyNode());
      String key = tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "?";
      if (known != null && !known.contains(key)) {
        note(
            at,
            "'%s' is not known in %s (expected some of: %s)."
                .formatted(key, name, String.join(", ", known.stream().sorted().toList())));
      } else if (fields.put(key, tuple.getValueNode()) != null) {
        note(at, "'%s' is twice in %s.".formatted(key, name));
      }
    }
  }

  int line() {
    return line;
  }

  Set<String> keys() {
    return fields.keySet();
  }

  boolean has(String key) {
    return fields.containsKey(key);
  }

  @Nullable Node node(String key) {
    return fields.get(key);
  }

  /** The line of that key's value, or the section's. */
  int lineOf(String key) {
    Node node = fields.get(key);
    return node == null ? line : line(node);
  }

  /** Text made into something by that; null when it is absent or wrong. */
  <T> @Nullable T ifSet(String key, Function<String, T> parse) {
    Node node = fields.get(key);
    if (node == null) {
      return null;
    }
    if (!(node instanceof ScalarNode scalar)) {
      note(line(node), "'%s' of %s is no text.".formatted(key, name));
      return null;
    }
    try {
      return parse.apply(scalar.getValue());
    } catch (IllegalArgumentException e) {
      note(line(node), "In %s, %s.".formatted(name, e.getMessage()));
      return null;
    }
  }

  /** The same with a fallback. */
  <T> T read(String key, T fallback, Function<String, T> parse) {
    T value = ifSet(key, parse);
    return value == null ? fallback : value;
  }

  boolean flag(String key, boolean fallback) {
    return read(
        key,
        fallback,
        text ->
            switch (text) {
              case "true" -> true;
              case "false" -> false;
              default -> throw wrong(key, text, "true or false");
            });
  }

  /** A list of texts, or one text, each made into something by that. */
  <T> List<T> list(String key, List<T> fallback, Function<String, T> parse) {
    Node node = fields.get(key);
    if (node == null) {
      return fallback;
    }
    List<T> all = new ArrayList<>();
    for (Node item : items(node)) {
      if (!(item instanceof ScalarNode scalar)) {
        note(line(item), "'%s' of %s has an entry that is no text.".formatted(key, name));
        continue;
      }
      try {
        all.add(parse.apply(scalar.getValue()));
      } catch (IllegalArgumentException e) {
        note(line(item), "In %s, %s.".formatted(name, e.getMessage()));
      }
    }
    return all;
  }

  /** The entries of a list. */
  List<Node> items(String key) {
    Node node = fields.get(key);
    if (node == null) {
      return List.of();
    }
    if (!(node instanceof SequenceNode)) {
      note(line(node), "'%s' of %s is no list (expected lines with a dash).".formatted(key, name));
      return List.of();
    }
    return items(node);
  }

  void note(int at, String sentence) {
    mistakes.add(new Mistake(at, sentence));
  }

  static IllegalArgumentException wrong(String key, String value, String expected) {
    String shown = value.length() > 60 ? value.substring(0, 60) + "…" : value;
    return new IllegalArgumentException(
        "'%s' is '%s' (expected %s)".formatted(key, shown.replaceAll("\\p{Cntrl}", "?"), expected));
  }

  private static List<Node> items(Node node) {
    return node instanceof SequenceNode sequence ? sequence.getValue() : List.of(node);
  }

  static int line(Node node) {
    return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
  }

  private static String capital(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }
}
