package org.newci.controller.registry;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.newci.contracts.source.UrlPattern;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads and checks {@code projects.yaml}; its keys are described in docs/operations.md. */
public final class RegistryFile {

  /** A longer file is refused, in bytes. */
  static final int LARGEST = 1024 * 1024;

  private static final int MOST_PROJECTS = 5_000;

  private RegistryFile() {}

  /** Reads that file, or says everything that is wrong in it. */
  public static Registry read(Path file) throws RegistryRefused {
    try {
      if (Files.size(file) > LARGEST) {
        throw refused(file, "The file is larger than %d bytes.".formatted(LARGEST));
      }
      return parse(file, utf8(Files.readAllBytes(file)));
    } catch (CharacterCodingException e) {
      throw refused(file, "The file is not UTF-8.");
    } catch (IOException e) {
      throw refused(file, "The file cannot be read (expected a registry of projects).");
    }
  }

  private static String utf8(byte[] bytes) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }

  private static RegistryRefused refused(Path file, String sentence) {
    return new RegistryRefused(file, List.of(new Mistake(1, sentence)));
  }

  /** The registry of that text. */
  static Registry parse(Path file, String text) throws RegistryRefused {
    List<Mistake> mistakes = new ArrayList<>();
    Node root = YamlText.read(text, mistakes);
    if (root == null) {
      if (mistakes.isEmpty()) {
        mistakes.add(new Mistake(1, "The file is empty (expected 'projects' or 'default')."));
      }
      throw new RegistryRefused(file, mistakes);
    }
    Section top =
        new Section("the registry", root, Set.of("operators", "projects", "default"), mistakes);
    RuleReader reader = new RuleReader(mistakes);
    List<ProjectRule> rules = new ArrayList<>();
    Map<String, Integer> lines = new HashMap<>();
    Map<String, Integer> literals = new HashMap<>();
    List<Node> items = top.items("projects");
    if (items.size() > MOST_PROJECTS) {
      top.note(
          1, "There are %d projects (expected at most %d).".formatted(items.size(), MOST_PROJECTS));
    }
    for (Node item : items) {
      ProjectRule rule = reader.read(item, false);
      rules.add(rule);
      noteDoubles(rule, Section.line(item), top, lines, literals);
    }
    Node node = top.node("default");
    @Nullable ProjectRule fallback = node == null ? null : reader.read(node, true);
    if (rules.isEmpty() && fallback == null && mistakes.isEmpty()) {
      top.note(1, "There are neither 'projects' nor a 'default'; nothing could be built.");
    }
    noteAmbiguous(rules, items, top);
    People operators = RuleReader.people(top, "operators");
    if (!mistakes.isEmpty()) {
      throw new RegistryRefused(file, mistakes);
    }
    return new Registry(rules, fallback, operators);
  }

  private static void noteDoubles(
      ProjectRule rule,
      int line,
      Section top,
      Map<String, Integer> patterns,
      Map<String, Integer> literals) {
    UrlPattern match = rule.match();
    if (match == null) {
      return;
    }
    Integer before = patterns.putIfAbsent(match.text(), line);
    if (before != null) {
      top.note(line, "The pattern %s is in line %d already.".formatted(match.text(), before));
    }
    String project = rule.source().project();
    Integer same = project.contains("{hash}") ? null : literals.putIfAbsent(project, line);
    if (same != null && before == null) {
      top.note(
          line,
          "The 'project' %s is that of line %d too: two repositories would share it."
              .formatted(project, same));
    }
  }

  /** Names without a hash must not be able to meet: by what stands before the first brace. */
  private static void noteAmbiguous(List<ProjectRule> rules, List<Node> items, Section top) {
    Map<String, Integer> open = new HashMap<>();
    for (int i = 0; i < rules.size(); i++) {
      String project = rules.get(i).source().project();
      if (!project.contains("{hash}") && project.contains("{")) {
        open.put(project.substring(0, project.indexOf('{')), Section.line(items.get(i)));
      }
    }
    for (int i = 0; i < rules.size(); i++) {
      String project = rules.get(i).source().project();
      if (project.contains("{hash}")) {
        continue;
      }
      int line = Section.line(items.get(i));
      int brace = project.indexOf('{');
      String head = brace < 0 ? project : project.substring(0, brace);
      for (int cut = 0; cut <= head.length(); cut++) {
        Integer other = open.get(head.substring(0, cut));
        if (other != null && other != line) {
          top.note(
              line,
              "The 'project' %s may be one that line %d gives to another repository (expected another beginning, or {hash})."
                  .formatted(project, other));
          break;
        }
      }
    }
  }
}
