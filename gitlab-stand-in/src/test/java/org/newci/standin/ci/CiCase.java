package org.newci.standin.ci;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A small file and what it comes to. In {@code src/test/resources/ci/*.cases} a case begins with
 * {@code #### title}, followed by what matters of the push: {@code | ref=x | tag | source=x |
 * CI_NAME=value | NAME=value} (a setting of the project) {@code | files=a,b | changed=a,b |
 * since=ref:a,b}; then the file; then other files of the commit, each behind {@code @@ path}; then
 * the expected lines behind {@code =>}, as {@link CiShown} writes them.
 */
record CiCase(String title, PushContext context, String yaml, List<String> expected) {

  static List<CiCase> all(List<String> tables) throws IOException {
    List<CiCase> cases = new ArrayList<>();
    for (String table : tables) {
      try (InputStream in = CiCase.class.getResourceAsStream("/ci/" + table + ".cases")) {
        String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        for (String block : text.split("(?m)^#### ", -1)) {
          if (!block.isBlank()) {
            cases.add(read(table, block));
          }
        }
      }
    }
    return cases;
  }

  private static CiCase read(String table, String block) {
    List<String> lines = block.lines().toList();
    Map<String, StringBuilder> files = new LinkedHashMap<>();
    StringBuilder file = new StringBuilder();
    files.put("", file);
    List<String> expected = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      if (line.startsWith("=> ")) {
        expected.add(line.substring(3));
      } else if (line.startsWith("@@ ")) {
        file = files.computeIfAbsent(line.substring(3), _ -> new StringBuilder());
      } else if (expected.isEmpty()) {
        file.append(line).append('\n');
      }
    }
    String yaml = files.remove("").toString();
    String[] title = lines.getFirst().split(" \\| ", -1);
    return new CiCase(table + ": " + title[0], push(title, new Files(files)), yaml, expected);
  }

  private static PushContext push(String[] title, Files files) {
    String ref = "master";
    boolean tag = false;
    String source = "push";
    Map<String, String> predefined = new HashMap<>(Map.of("CI_PROJECT_PATH", "group/app"));
    Map<String, String> settings = new HashMap<>();
    for (int i = 1; i < title.length; i++) {
      int sign = title[i].indexOf('=');
      String name = sign < 0 ? title[i] : title[i].substring(0, sign);
      String value = title[i].substring(sign + 1);
      switch (name) {
        case "ref" -> ref = value;
        case "tag" -> tag = true;
        case "source" -> source = value;
        case "files" -> list(value).forEach(path -> files.texts.put(path, new StringBuilder(path)));
        case "changed" -> files.changed = Optional.of(list(value));
        case "since" -> {
          int colon = value.indexOf(':');
          files.since.put(value.substring(0, colon), list(value.substring(colon + 1)));
        }
        default -> (name.startsWith("CI_") ? predefined : settings).put(name, value);
      }
    }
    predefined.put(tag ? "CI_COMMIT_TAG" : "CI_COMMIT_BRANCH", ref);
    return new PushContext(ref, tag, source, predefined, settings, files);
  }

  private static List<String> list(String value) {
    return value.isEmpty() ? List.of() : Arrays.asList(value.split(",", -1));
  }

  /** A commit that is held in memory. */
  private static final class Files implements CommitFiles {
    final Map<String, StringBuilder> texts;
    final Map<String, List<String>> since = new HashMap<>();
    Optional<List<String>> changed = Optional.empty();

    Files(Map<String, StringBuilder> texts) {
      this.texts = texts;
    }

    @Override
    public Optional<byte[]> read(String path) {
      return Optional.ofNullable(texts.get(path))
          .map(text -> text.toString().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Optional<String> contentId(String path) {
      return Optional.ofNullable(texts.get(path)).map(text -> "id-of-" + text.toString().strip());
    }

    @Override
    public List<String> paths() {
      return List.copyOf(texts.keySet());
    }

    @Override
    public Optional<List<String>> changed() {
      return changed;
    }

    @Override
    public Optional<List<String>> changedSince(String ref) {
      return Optional.ofNullable(since.get(ref));
    }
  }
}
