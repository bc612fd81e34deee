package org.newci.standin.ci;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.newci.standin.ci.Value.Field;
import org.newci.standin.ci.Value.Fields;
import org.newci.standin.ci.Value.Items;
import org.newci.standin.ci.Value.Kind;
import org.newci.standin.ci.Value.Scalar;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;

/**
 * Reads YAML as GitLab does: one document, anchors and aliases, merge keys applied where they stand
 * (Psych lets a later {@code <<} win over an earlier key). An alias is shared, never copied, and
 * merging has a limit, so that a small file cannot become a large one.
 */
final class YamlText {
  /** Lists and mappings inside each other; a CI file needs about ten. */
  static final int DEPTH = 60;

  /** Aliases of lists and mappings in one file. */
  static final int ALIASES = 5_000;

  /** Entries of all lists and mappings, those merged in counted each time. */
  static final int ENTRIES = 200_000;

  private static final LoadSettings SETTINGS =
      LoadSettings.builder()
          .setLabel("<unknown>")
          .setSchema(new FailsafeSchema())
          .setAllowDuplicateKeys(true)
          .setAllowNonScalarKeys(true)
          .setMaxAliasesForCollections(ALIASES)
          .setCodePointLimit(CiFile.LARGEST_BYTES)
          .build();

  // Nodes are equal only to themselves.
  private final Map<Node, Value> done = new HashMap<>();
  private final Set<Node> open = new HashSet<>();
  private int entries;

  private YamlText() {}

  /** The document, or null's scalar when there is none. */
  static Value read(String text) throws NotYaml {
    try {
      checkShape(text);
      Node root = new Compose(SETTINGS).composeString(text).orElse(null);
      return root == null ? new Scalar(Kind.NULL, "", 1) : new YamlText().value(root);
    } catch (MarkedYamlEngineException e) {
      throw new NotYaml("(<unknown>): " + e.getProblem() + place(e));
    } catch (YamlEngineException e) {
      throw new NotYaml("(<unknown>): " + e.getMessage());
    }
  }

  private static String place(MarkedYamlEngineException e) {
    return e.getProblemMark()
        .map(m -> " at line " + (m.getLine() + 1) + " column " + (m.getColumn() + 1))
        .orElse("");
  }

  /** Looks at the flat stream of events first: making nodes of them recurses. */
  private static void checkShape(String text) throws NotYaml {
    int depth = 0;
    int documents = 0;
    for (Event event : new Parse(SETTINGS).parseString(text)) {
      switch (event.getEventId()) {
        case DocumentStart -> documents++;
        case SequenceStart, MappingStart -> depth++;
        case SequenceEnd, MappingEnd -> depth--;
        default -> {}
      }
      int line = event.getStartMark().map(Mark::getLine).orElse(0) + 1;
      if (depth > DEPTH) {
        throw new NotYaml("The parsed YAML is nested deeper than " + DEPTH + " levels", line);
      }
      if (documents > 1) {
        throw new NotYaml(
            "config has more than one document, which is not supported by this GitLab", line);
      }
    }
  }

  private Value value(Node node) throws NotYaml {
    Value known = done.get(node);
    if (known != null) {
      return known;
    }
    if (!open.add(node)) {
      throw new NotYaml("(<unknown>): an alias stands inside its own anchor", line(node));
    }
    Value value =
        switch (node) {
          case ScalarNode scalar -> scalar(scalar);
          case SequenceNode list -> items(list);
          case MappingNode map -> fields(map);
          default -> throw new NotYaml("(<unknown>): unexpected node", line(node));
        };
    open.remove(node);
    done.put(node, value);
    return value;
  }

  private static Scalar scalar(ScalarNode node) throws NotYaml {
    Tag tag = node.getTag();
    int line = line(node);
    boolean plain =
        (tag.equals(Tag.STR) && node.isPlain() && node.isResolved())
            || tag.equals(Tag.INT)
            || tag.equals(Tag.FLOAT)
            || tag.equals(Tag.BOOL)
            || tag.equals(Tag.NULL);
    if (!plain && !tag.equals(Tag.STR)) {
      throw refusedTag(tag, line);
    }
    if (!plain) {
      return new Scalar(Kind.STRING, node.getValue(), line);
    }
    if (PlainScalar.isDate(node.getValue())) {
      throw new NotYaml("Tried to load unspecified class: Date", line);
    }
    return PlainScalar.read(node.getValue(), line);
  }

  private Items items(SequenceNode node) throws NotYaml {
    if (!node.getTag().equals(Tag.SEQ)) {
      throw refusedTag(node.getTag(), line(node));
    }
    count(node.getValue().size(), node);
    List<Value> values = new ArrayList<>();
    for (Node item : node.getValue()) {
      values.add(value(item));
    }
    return new Items(Collections.unmodifiableList(values), line(node));
  }

  private Fields fields(MappingNode node) throws NotYaml {
    if (!node.getTag().equals(Tag.MAP)) {
      throw refusedTag(node.getTag(), line(node));
    }
    count(node.getValue().size(), node);
    Map<String, Field> fields = new LinkedHashMap<>();
    for (NodeTuple tuple : node.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        throw new NotYaml("a key must be text, not a list or a mapping", line(tuple.getKeyNode()));
      }
      if (key.isPlain() && key.getValue().equals("<<")) {
        merge(tuple.getValueNode(), fields);
      } else {
        fields.put(key.getValue(), new Field(value(tuple.getValueNode()), line(key)));
      }
    }
    return new Fields(Collections.unmodifiableMap(fields), line(node));
  }

  private void merge(Node source, Map<String, Field> target) throws NotYaml {
    if (source instanceof SequenceNode list) {
      Map<String, Field> merged = new LinkedHashMap<>();
      for (Node item : list.getValue().reversed()) {
        mergeOne(item, merged);
      }
      target.putAll(merged);
    } else {
      mergeOne(source, target);
    }
  }

  private void mergeOne(Node source, Map<String, Field> target) throws NotYaml {
    if (!(value(source) instanceof Fields merged)) {
      throw new NotYaml("<< must be followed by a mapping or a list of mappings", line(source));
    }
    count(merged.fields().size(), source);
    target.putAll(merged.fields());
  }

  private void count(int more, Node node) throws NotYaml {
    entries += more;
    if (entries > ENTRIES) {
      throw new NotYaml(
          "The parsed YAML is too big: more than " + ENTRIES + " entries", line(node));
    }
  }

  private static NotYaml refusedTag(Tag tag, int line) {
    String name = tag.getValue();
    return name.equals("!reference")
        ? new NotYaml("!reference is not supported by this GitLab", line)
        : new NotYaml("the YAML tag " + name + " is not supported by this GitLab", line);
  }

  private static int line(Node node) {
    return node.getStartMark().map(Mark::getLine).orElse(0) + 1;
  }

  /** The text is not a YAML that a CI file can be made of; the message is GitLab's or like it. */
  static final class NotYaml extends Exception {
    private static final long serialVersionUID = 1L;

    NotYaml(String sentence, int line) {
      this(sentence + " (line " + line + ")");
    }

    NotYaml(String sentence) {
      super(sentence);
    }

    /** The sentence. */
    String sentence() {
      return String.valueOf(getMessage());
    }
  }
}
