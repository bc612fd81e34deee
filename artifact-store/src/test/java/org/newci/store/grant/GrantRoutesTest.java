package org.newci.store.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.newci.store.RunningStore.bytes;
import static org.newci.store.RunningStore.json;
import static org.newci.store.RunningStore.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.newci.store.RunningStore;
import org.newci.store.blob.Sha256;

/** Upload grants: once, sealed for good, and the same one when it is asked for again. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GrantRoutesTest {

  private static final byte[] ONE = "one".getBytes(StandardCharsets.UTF_8);
  private static final byte[] TWO = "two".getBytes(StandardCharsets.UTF_8);

  private RunningStore store;

  @BeforeAll
  void start(@TempDir Path dir) throws Exception {
    store = new RunningStore(dir, Map.of("NEWCI_BLOB_LIMIT", "3000000"));
  }

  @AfterAll
  void stop() {
    store.close();
  }

  @Test
  void aGrantTakesOneUploadBeforeItsSeal() throws Exception {
    JsonNode grant = grant("{\"name\":\"granted\",\"build\":\"b1\",\"bytes\":10}");
    String bearer = "Bearer " + grant.path("secret").asText();
    assertThat(upload("Bearer wrong", ONE).statusCode()).isEqualTo(401);
    assertThat(store.bare("PUT", "/uploads", ONE).statusCode()).isEqualTo(401);
    assertThat(upload(bearer, new byte[11]).statusCode()).isEqualTo(413);
    assertThat(upload(bearer, ONE).statusCode()).isEqualTo(201);
    assertThat(upload(bearer, TWO).statusCode()).isEqualTo(409);
    // Whoever did not see the answer sends the same again.
    assertThat(upload(bearer, ONE).statusCode()).isEqualTo(200);
    assertThat(store.get("/blobs/granted").body()).isEqualTo(ONE);
    JsonNode sealed = seal(grant);
    assertThat(sealed.path("sha256").asText()).isEqualTo(Sha256.of("one").hex());
    assertThat(sealed.path("state").asText()).isEqualTo("sealed");
    assertThat(sealed.has("secret")).isFalse();

    JsonNode unused = grant("{\"name\":\"granted-2\",\"build\":\"b1\"}");
    assertThat(seal(unused).has("sha256")).isFalse();
    assertThat(upload("Bearer " + unused.path("secret").asText(), ONE).statusCode()).isEqualTo(409);
    assertThat(store.get("/blobs/granted-2").statusCode()).isEqualTo(404);
    assertThat(store.bare("PUT", "/blobs/granted", TWO, "Authorization", bearer).statusCode())
        .isEqualTo(401);
    assertThat(store.send("POST", "/grants/none/seal", bytes("{}")).statusCode()).isEqualTo(404);
    for (String bad :
        List.of("{}", "{\"name\":\"a/b\",\"build\":\"b\"}", "{\"name\":\"a\",\"build\":\"B!\"}")) {
      assertThat(store.send("POST", "/grants", bytes(bad)).statusCode()).as(bad).isEqualTo(400);
    }
  }

  @Test
  void theSealGivesASecondName() throws Exception {
    JsonNode grant = grant("{\"name\":\"b2.app\",\"alias\":\"app\",\"build\":\"b2\"}");
    String bearer = "Bearer " + grant.path("secret").asText();
    var answer = upload(bearer, ONE);
    assertThat(json(answer).path("name").asText()).isEqualTo("b2.app");
    assertThat(store.get("/blobs/b2.app").body()).isEqualTo(ONE);
    assertThat(store.get("/blobs/app").statusCode()).as("not before the seal").isEqualTo(404);
    assertThat(seal(grant).path("size").asInt()).isEqualTo(ONE.length);
    assertThat(store.get("/blobs/app").body()).isEqualTo(ONE);

    // A seal that is repeated does not take the name from a later build.
    store.put("/blobs/app", TWO);
    assertThat(seal(grant).path("sha256").asText()).isEqualTo(Sha256.of("one").hex());
    assertThat(store.get("/blobs/app").body()).isEqualTo(TWO);
    String bad = "{\"name\":\"a\",\"alias\":\"a/b\",\"build\":\"b\"}";
    assertThat(store.send("POST", "/grants", bytes(bad)).statusCode()).isEqualTo(400);
  }

  @Test
  void whoAsksAgainIsAnsweredWithTheSameGrant() throws Exception {
    String asked = "{\"id\":\"b3-job-1\",\"name\":\"b3.app\",\"build\":\"b3\",\"seconds\":%d}";
    JsonNode first = grant(asked.formatted(60));
    store.restart();
    JsonNode again = grant(asked.formatted(600));
    assertThat(first.path("id").asText()).isEqualTo("b3-job-1");
    assertThat(again.path("secret")).isEqualTo(first.path("secret"));
    assertThat(end(again)).isAfter(end(first));
    assertThat(end(grant(asked.formatted(1)))).as("never sooner").isEqualTo(end(again));

    String bearer = "Bearer " + first.path("secret").asText();
    assertThat(upload(bearer, ONE).statusCode()).isEqualTo(201);
    JsonNode used = grant(asked.formatted(60));
    assertThat(used.path("secret")).isEqualTo(first.path("secret"));
    assertThat(used.path("state").asText()).isEqualTo("used");
    assertThat(upload(bearer, TWO).statusCode()).isEqualTo(409);

    seal(first);
    JsonNode sealed = grant(asked.formatted(60));
    assertThat(sealed.path("state").asText()).isEqualTo("sealed");
    assertThat(sealed.has("secret")).isFalse();
    assertThat(sealed.path("sha256").asText()).isEqualTo(Sha256.of("one").hex());
    assertThat(upload(bearer, ONE).statusCode()).isEqualTo(409);
  }

  @Test
  void anIdIsForOneThingAndBelongsToItsBuild() throws Exception {
    grant("{\"id\":\"b4-job-1\",\"name\":\"b4.app\",\"build\":\"b4\"}");
    for (String other :
        List.of(
            "{\"id\":\"b4-job-1\",\"name\":\"b4.other\",\"build\":\"b4\"}",
            "{\"id\":\"b4-job-1\",\"name\":\"b4.app\",\"alias\":\"app\",\"build\":\"b4\"}")) {
      var answer = store.send("POST", "/grants", bytes(other));
      assertThat(answer.statusCode()).as(text(answer)).isEqualTo(409);
      assertThat(text(answer)).contains("b4-job-1", "b4.app");
    }
    for (String id :
        List.of("", "b4", "b4-", "b5-job-1", "0123456789abcdef0123", "b4-a/b", "b4-A")) {
      String body = "{\"id\":\"%s\",\"name\":\"x\",\"build\":\"b4\"}".formatted(id);
      assertThat(store.send("POST", "/grants", bytes(body)).statusCode()).as(id).isEqualTo(400);
    }
  }

  @Test
  void theKeyIsTheStoresAloneAndMayBeLost() throws Exception {
    String asked = "{\"id\":\"b6-job-1\",\"name\":\"b6.app\",\"build\":\"b6\"}";
    String lost = "Bearer " + grant(asked).path("secret").asText();
    Path key = store.home.resolve("data/grant.key");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
        .isEqualTo("rw-------");
    Files.delete(key);
    store.restart();
    // What was told stays good until somebody asks again.
    String fresh = "Bearer " + grant(asked).path("secret").asText();
    assertThat(fresh).isNotEqualTo(lost);
    assertThat(upload(lost, ONE).statusCode()).isEqualTo(401);
    assertThat(upload(fresh, ONE).statusCode()).isEqualTo(201);
  }

  private static Instant end(JsonNode grant) {
    return Instant.parse(grant.path("expires").asText());
  }

  private JsonNode grant(String body) throws Exception {
    var answer = store.send("POST", "/grants", bytes(body));
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(201);
    return json(answer);
  }

  private JsonNode seal(JsonNode grant) throws Exception {
    return json(
        store.send("POST", "/grants/%s/seal".formatted(grant.path("id").asText()), bytes("{}")));
  }

  private HttpResponse<byte[]> upload(String bearer, byte[] body) throws Exception {
    return store.bare("PUT", "/uploads", body, "Authorization", bearer);
  }
}
