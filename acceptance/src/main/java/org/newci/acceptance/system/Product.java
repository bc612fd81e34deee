package org.newci.acceptance.system;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What one repository makes, in numbered versions: each is a branch, and its artifact repeats name
 * and number on every line, so that any mixture, cut or confusion of versions shows.
 */
public final class Product {

  private final String name;
  private final int lines;
  private final Sources.Repository repository;
  private final Map<Integer, byte[]> bodies = new ConcurrentHashMap<>();
  private int versions;

  private Product(String name, int lines, Sources.Repository repository) {
    this.name = name;
    this.lines = lines;
    this.repository = repository;
  }

  /**
   * A new one.
   *
   * @param seconds that its job works
   * @param lines of the artifact
   */
  public static Product of(Sources sources, String name, String seconds, int lines) {
    String ci =
        """
        build:
          script:
            - echo started
            - sleep %s
            - seq -f "$(cat seed) %%.0f" %d > app.bin
          artifacts:
            paths: [app.bin]
        """
            .formatted(seconds, lines);
    Sources.Repository repository =
        sources.repository(name, Map.of(".gitlab-ci.yml", ci, "seed", name + " 0"));
    return new Product(name, lines, repository);
  }

  /** Makes the next version; its number. */
  public int next() {
    int version = ++versions;
    repository.commit(Map.of("seed", name + " " + version));
    repository.git("branch", "v" + version);
    return version;
  }

  /** Its repository's name; its artifact is published under {@link #published}. */
  public String name() {
    return name;
  }

  /** The name that it is published under. */
  public String published() {
    return name + ".bin";
  }

  /** Where the source is served. */
  public String url() {
    return repository.url();
  }

  /** The order for a version, for {@code POST /cd}. */
  public String order(String url, int version) {
    return """
        {"repo":"%s","ref":"v%d","artifact":"app.bin","published_name":"%s"}
        """
        .formatted(url, version, published());
  }

  /** The number of the version that these bytes are; 0 when they are none, or not whole. */
  public int version(byte[] bytes) {
    String start = new String(bytes, 0, Math.min(100, bytes.length), StandardCharsets.UTF_8);
    String[] words = start.split(" ", 3);
    if (words.length < 3 || !words[0].equals(name) || !words[1].matches("\\d{1,6}")) {
      return 0;
    }
    int version = Integer.parseInt(words[1]);
    byte[] whole =
        bodies.computeIfAbsent(version, number -> body(number).getBytes(StandardCharsets.UTF_8));
    return Arrays.equals(bytes, whole) ? version : 0;
  }

  private String body(int version) {
    return IntStream.rangeClosed(1, lines)
        .mapToObj(line -> name + " " + version + " " + line + "\n")
        .collect(Collectors.joining());
  }
}
