package org.newci.store.upkeep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.shell.json.Json;
import org.newci.store.RunningStore;
import org.newci.store.blob.Sha256;

/** What is old goes, what is in use stays, and what is broken is found. */
class UpkeepTest {

  @TempDir Path dir;
  private RunningStore store;

  @BeforeEach
  void start() throws Exception {
    store = new RunningStore(dir.resolve("store"), Map.of());
  }

  @AfterEach
  void stop() {
    store.close();
  }

  @Test
  void whatIsOldGoesUnlessItIsInUseOrPinned() throws Exception {
    for (String name :
        new String[] {"by-hand", "built", "deployed", "pinned", "young", "named-again"}) {
      store.put("/blobs/" + name, filled(name));
    }
    for (String name : new String[] {"built", "deployed", "pinned"}) {
      store.put("/blobs/" + of(name) + "/provenance", bytes("{\"build\":\"b\"}"));
    }
    store.put("/blobs/pinned/pin", bytes("{\"why\":\"audit\"}"));
    store.put("/logs/b?offset=0", bytes("line\n"));
    age(Duration.ofDays(50));
    store.put("/blobs/young", filled("young"));
    store.put("/blobs/another-name?from=" + of("named-again"), new byte[0]);

    String rules =
        """
        {"dry_run": %s, "artifact_days": 60, "upload_days": 30, "log_days": 30, "keep": ["%s"]}\
        """;
    String keep = of("deployed").substring(7);
    JsonNode dry = retain(rules.formatted(true, keep));
    assertThat(dry.path("removed").asInt()).isEqualTo(1);
    assertThat(dry.path("logs").asInt()).isEqualTo(1);
    assertThat(dry.path("examples").path(0).asText()).isEqualTo(of("by-hand"));
    assertThat(store.get("/blobs/by-hand").statusCode()).isEqualTo(200);

    retain(rules.formatted(false, keep));
    assertThat(store.get("/blobs/by-hand").statusCode()).isEqualTo(404);
    assertThat(store.get("/blobs/" + of("by-hand")).statusCode()).isEqualTo(404);
    assertThat(store.get("/logs/b").statusCode()).isEqualTo(404);
    assertThat(store.get("/blobs/built").statusCode()).isEqualTo(200);

    JsonNode all = retain(rules.formatted(false, keep).replace("60", "30"));
    assertThat(all.path("removed").asInt()).isEqualTo(1);
    assertThat(all.path("kept_pinned").asInt()).isEqualTo(1);
    assertThat(all.path("kept_in_use").asInt()).isEqualTo(1);
    assertThat(all.path("bytes").asLong()).isEqualTo(filled("built").length);
    for (String name : new String[] {"deployed", "pinned", "young", "named-again"}) {
      assertThat(store.get("/blobs/" + name).body()).as(name).isEqualTo(filled(name));
    }
    assertThat(store.get("/blobs/built").statusCode()).isEqualTo(404);
    assertThat(store.files()).hasSize(4);
    assertThat(store.send("POST", "/retention", bytes("{\"upload_days\": 0}")).statusCode())
        .isEqualTo(400);
  }

  @Test
  void aCheckFindsWhatIsDamagedMissingAndNobodys() throws Exception {
    store.put("/blobs/good", filled("good"));
    store.put("/blobs/small", bytes("small"));
    store.put("/blobs/bad", filled("bad"));
    store.put("/blobs/lost", filled("lost"));
    byte[] broken = filled("bad");
    broken[77]++;
    Files.write(file("bad"), broken);
    Files.delete(file("lost"));
    Path orphan = Files.writeString(file("good").resolveSibling("f".repeat(64)), "nobody's");
    Files.setLastModifiedTime(orphan, FileTime.from(Instant.now().minus(Duration.ofDays(1))));

    JsonNode report = check("");
    assertThat(texts(report.path("damaged"))).containsExactly(of("bad"));
    assertThat(texts(report.path("missing"))).containsExactly(of("lost"));
    assertThat(report.path("orphans")).hasSize(1);
    assertThat(report.path("blobs").asInt()).isEqualTo(3);
    assertThat(orphan).exists();
    assertThat(check("?remove_orphans=true").path("removed").asInt()).isEqualTo(1);
    assertThat(orphan).doesNotExist();

    store.put("/blobs/lost", filled("lost"));
    assertThat(check("").path("missing")).isEmpty();
    assertThat(store.get("/blobs/lost").body()).isEqualTo(filled("lost"));
  }

  private JsonNode check(String query) throws Exception {
    assertThat(store.send("POST", "/check" + query, bytes("{}")).statusCode()).isEqualTo(202);
    await().atMost(Duration.ofSeconds(30)).until(() -> !state().equals("running"));
    assertThat(state()).isEqualTo("done");
    return report();
  }

  private String state() throws Exception {
    return report().path("state").asText();
  }

  private JsonNode report() throws Exception {
    return Json.tree(new String(store.get("/check").body(), StandardCharsets.UTF_8));
  }

  private JsonNode retain(String body) throws Exception {
    var answer = store.send("POST", "/retention", bytes(body));
    String text = new String(answer.body(), StandardCharsets.UTF_8);
    assertThat(answer.statusCode()).as(text).isEqualTo(200);
    return Json.tree(text);
  }

  /** Makes all that is stored older: in the index, which nobody else opens, and on the disk. */
  private void age(Duration by) throws Exception {
    try (Connection index =
            DriverManager.getConnection(
                "jdbc:sqlite:%s?busy_timeout=10000"
                    .formatted(store.home.resolve("data/index.db")));
        var update = index.createStatement()) {
      update.execute("UPDATE blob SET stored_ms = stored_ms - " + by.toMillis());
    }
    Path log = store.home.resolve("data/logs/b.log");
    Files.setLastModifiedTime(log, FileTime.from(Instant.now().minus(by)));
  }

  private Path file(String name) {
    String hex = of(name).substring(7);
    return store.home.resolve("data/blobs").resolve(hex.substring(0, 2)).resolve(hex);
  }

  private static String of(String name) {
    return Sha256.of(new String(filled(name), StandardCharsets.UTF_8)).address();
  }

  /** Enough bytes for a file of its own. */
  private static byte[] filled(String name) {
    byte[] bytes = new byte[20_000];
    Arrays.fill(bytes, (byte) '.');
    byte[] start = bytes(name);
    System.arraycopy(start, 0, bytes, 0, start.length);
    return bytes;
  }

  private static java.util.List<String> texts(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText).toList();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
