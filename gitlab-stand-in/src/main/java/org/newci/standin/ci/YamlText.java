package org.newci.standin.ci;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.newci.standin.ci.Value.Field;
import org.newci.standin.ci.Value.Fields;
import org.newci.standin.ci.Value.Items;
import org.newci.standin.ci.Value.Kind;
import org.newci.standin.ci.Value.Scalar;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.composer.Composer;
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
import org.snakeyaml.engine.v2.parser.Parser;
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
  private final Tree tree;
  private final int file;

  private YamlText(Tree tree, int file) {
    this.tree = tree;
    this.file = file;
  }

  /**
   * The document, or null's scalar when there is none.
   *
   * @param file its number in the tree's {@link Lines}
   */
  static Value read(String withMark, Tree tree, int file) throws Unusable {
    String text = withMark.startsWith("\uFEFF") ? withMark.substring(1) : withMark;
    YamlText reader = new YamlText(tree, file);
    try {
      Node root =
          new Composer(SETTINGS, new Parsed(reader.checked(text))).getSingleNode().orElse(null);
      return root == null ? new Scalar(Kind.NULL, "", Lines.mark(file, 1)) : reader.value(root);
    } catch (MarkedYamlEngineException e) {
      throw new Unusable("(<unknown>): " + e.getProblem() + place(e));
    } catch (YamlEngineException e) {
      throw new Unusable("(<unknown>): " + e.getMessage());
    }
  }

  private static String place(MarkedYamlEngineException e) {
    return e.getProblemMark()
        .map(m -> " at line " + (m.getLine() + 1) + " column " + (m.getColumn() + 1))
        .orElse("");
  }

  /** Looks at the flat stream of events first: making nodes of them recurses. */
  private List<Event> checked(String text) throws Unusable {
    List<Event> events = new ArrayList<>();
    int depth = 0;
    int documents = 0;
    for (Event event : new Parse(SETTINGS).parseString(text)) {
      switch (event.getEventId()) {
        case DocumentStart -> documents++;
        case SequenceStart, MappingStart -> depth++;
        case SequenceEnd, MappingEnd -> depth--;
        default -> {}
      }
      if (depth > DEPTH) {
        throw tree.unusable(
            "The parsed YAML is nested deeper than " + DEPTH + " levels", line(event));
      }
      if (documents > 1) {
        throw tree.unusable(
            "config has more than one document, which is not supported by this GitLab",
            line(event));
      }
      events.add(event);
    }
    return events;
  }

  private Value value(Node node) throws Unusable {
    Value known = done.get(node);
    if (known != null) {
      return known;
    }
    if (!open.add(node)) {
      throw tree.unusable("(<unknown>): an alias stands inside its own anchor", line(node));
    }
    Value value =
        switch (node) {
          case ScalarNode scalar -> scalar(scalar);
          case SequenceNode list -> items(list);
          case MappingNode map -> fields(map);
          default -> throw tree.unusable("(<unknown>): unexpected node", line(node));
        };
    open.remove(node);
    done.put(node, value);
    return value;
  }

  private Scalar scalar(ScalarNode node) throws Unusable {
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
      throw tree.unusable("Tried to load unspecified class: Date", line);
    }
    return PlainScalar.read(node.getValue(), line);
  }

  private Value items(SequenceNode node) throws Unusable {
    if (node.getTag().getValue().equals("!reference")) {
      return reference(node);
    }
    if (!node.getTag().equals(Tag.SEQ)) {
      throw refusedTag(node.getTag(), line(node));
    }
    tree.grow(node.getValue().size(), line(node));
    List<Value> values = new ArrayList<>();
    for (Node item : node.getValue()) {
      values.add(value(item));
    }
    return new Items(Collections.unmodifiableList(values), line(node));
  }

  private Value.Reference reference(SequenceNode node) throws Unusable {
    List<String> path = new ArrayList<>();
    for (Node item : node.getValue()) {
      if (!(item instanceof ScalarNode key)) {
        throw tree.unusable("!reference is not valid: it needs a list of names", line(node));
      }
      path.add(key.getValue());
    }
    if (path.isEmpty()) {
      throw tree.unusable("!reference is not valid: it needs a list of names", line(node));
    }
    return new Value.Reference(List.copyOf(path), line(node));
  }

  private Fields fields(MappingNode node) throws Unusable {
    if (!node.getTag().equals(Tag.MAP)) {
      throw refusedTag(node.getTag(), line(node));
    }
    tree.grow(node.getValue().size(), line(node));
    Map<String, Field> fields = new LinkedHashMap<>();
    for (NodeTuple tuple : node.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        throw tree.unusable(
            "a key must be text, not a list or a mapping", line(tuple.getKeyNode()));
      }
      if (key.isPlain() && key.getValue().equals("<<")) {
        merge(tuple.getValueNode(), fields);
      } else {
        fields.put(key.getValue(), new Field(value(tuple.getValueNode()), line(key)));
      }
    }
    return new Fields(Collections.unmodifiableMap(fields), line(node));
  }

  private void merge(Node source, Map<String, Field> target) throws Unusable {
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

  private void mergeOne(Node source, Map<String, Field> target) throws Unusable {
    if (!(value(source) instanceof Fields merged)) {
      throw tree.unusable("<< must be followed by a mapping or a list of mappings", line(source));
    }
    tree.grow(merged.fields().size(), line(source));
    target.putAll(merged.fields());
  }

  private Unusable refusedTag(Tag tag, int line) {
    return tree.unusable(
        "the YAML tag " + tag.getValue() + " is not supported by this GitLab", line);
  }

  private int line(Event event) {
    return Lines.mark(file, event.getStartMark().map(Mark::getLine).orElse(0) + 1);
  }

  private int line(Node node) {
    return Lines.mark(file, node.getStartMark().map(Mark::getLine).orElse(0) + 1);
  }

  /** What was parsed once, for the composer, which would read the text again. */
  private static final class Parsed implements Parser {
    private final List<Event> events;
    private int next;

    Parsed(List<Event> events) {
      this.events = events;
    }

    @Override
    public boolean checkEvent(Event.ID kind) {
      return hasNext() && events.get(next).getEventId() == kind;
    }

    @Override
    public Event peekEvent() {
      return events.get(next);
    }

    @Override
    public boolean hasNext() {
      return next < events.size();
    }

    @Override
    public Event next() {
      if (!hasNext()) {
        throw new NoSuchElementException("the document has ended");
      }
      return events.get(next++);
    }
  }
}
