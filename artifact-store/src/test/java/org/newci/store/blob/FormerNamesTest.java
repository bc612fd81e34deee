package org.newci.store.blob;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.store.RunningStore;

/** A folder that was written when each name was a file of its own. */
class FormerNamesTest {

  @TempDir Path home;

  @Test
  void whatAnEarlierVersionStoredIsServedAndMayBeChanged() throws Exception {
    String small = blob("few bytes");
    String large = blob("x".repeat(100_000));
    String moved = blob("what 'app' was before");
    name("app", small);
    name("größe 1 % 2", large);
    name("also", small);

    try (RunningStore store = new RunningStore(home, Map.of())) {
      assertThat(store.get("/blobs/app").body()).asString().isEqualTo("few bytes");
      assertThat(store.get("/blobs/gr%C3%B6%C3%9Fe%201%20%25%202").body()).hasSize(100_000);
      assertThat(store.get("/blobs/sha256:" + moved).statusCode()).isEqualTo(200);
      assertThat(text(store.get("/blobs").body()))
          .contains("\"also\"", "\"app\"", "2026-03-01T10:00:00");
      assertThat(data("names")).doesNotExist();

      assertThat(store.put("/blobs/app", bytes("new")).statusCode()).isEqualTo(200);
      assertThat(store.send("DELETE", "/blobs/also", new byte[0]).statusCode()).isEqualTo(204);
      assertThat(store.send("DELETE", "/blobs/sha256:" + small, new byte[0]).statusCode())
          .isEqualTo(204);
      store.restart();
      assertThat(store.get("/blobs/app").body()).asString().isEqualTo("new");
      assertThat(store.get("/blobs/also").statusCode()).isEqualTo(404);
      assertThat(store.get("/blobs/sha256:" + small).statusCode()).isEqualTo(404);
      assertThat(store.get("/blobs/sha256:" + large).body()).hasSize(100_000);
    }
  }

  @Test
  void whatCannotBeTakenOverIsPutAsideAndNothingElseSuffers() throws Exception {
    name("good", blob("good"));
    name("bytes are gone", Sha256.of("gone").hex());
    Path torn = record("torn");
    Files.createDirectories(torn.getParent());
    Files.writeString(torn, "{\"name\":\"torn\",\"sha2");
    Path foreign = record("foreign");
    Files.createDirectories(foreign.getParent());
    Files.writeString(foreign, alias("another", blob("good")));

    try (RunningStore store = new RunningStore(home, Map.of())) {
      for (int start = 0; start < 2; start++) {
        assertThat(store.get("/blobs/good").body()).asString().isEqualTo("good");
        for (String name : new String[] {"bytes%20are%20gone", "torn", "another", "foreign"}) {
          assertThat(store.get("/blobs/" + name).statusCode()).as(name).isEqualTo(404);
        }
        assertThat(data("names")).doesNotExist();
        assertThat(data("names-left")).isDirectoryRecursivelyContaining("glob:**/" + hex("torn"));
        store.restart();
      }
    }
  }

  @Test
  void aTakeoverThatWasCutOffGoesOn() throws Exception {
    name("first", blob("one"));
    new RunningStore(home, Map.of()).close();
    // As if the process had died after the commit of some records and before that of this one.
    name("first", blob("one"));
    name("second", blob("two"));
    try (RunningStore store = new RunningStore(home, Map.of())) {
      assertThat(store.get("/blobs/first").body()).asString().isEqualTo("one");
      assertThat(store.get("/blobs/second").body()).asString().isEqualTo("two");
      assertThat(data("names")).doesNotExist();
    }
  }

  private String blob(String content) throws Exception {
    String hex = Sha256.of(content).hex();
    Path file = data("blobs").resolve(hex.substring(0, 2)).resolve(hex);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
    return hex;
  }

  private void name(String name, String sha256) throws Exception {
    Path file = record(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, alias(name, sha256));
  }

  private static String alias(String name, String sha256) {
    return """
        {"name":"%s","sha256":"%s","size":9,"created":"2026-03-01T10:00:00.123456789Z"}\
        """
        .formatted(name, sha256);
  }

  private Path record(String name) {
    String hex = hex(name);
    return data("names").resolve(hex.substring(0, 2)).resolve(hex);
  }

  private static String hex(String name) {
    return Sha256.of(name).hex();
  }

  private Path data(String name) {
    return home.resolve("data").resolve(name);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
