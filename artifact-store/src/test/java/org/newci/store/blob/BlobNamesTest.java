package org.newci.store.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.newci.store.RunningStore.bytes;
import static org.newci.store.RunningStore.json;
import static org.newci.store.RunningStore.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.newci.shell.edge.PathName;
import org.newci.store.RunningStore;

/** Names: conditions, lists, aliases, removal, origins and pins. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BlobNamesTest {

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
  void aChangeThatWasMeantForSomethingElseIsRefused() throws Exception {
    assertThat(put("cond", ONE, "If-None-Match", "*").statusCode()).isEqualTo(201);
    var taken = put("cond", TWO, "If-None-Match", "*");
    assertThat(taken.statusCode()).isEqualTo(412);
    assertThat(text(taken)).contains("/problems/precondition-failed", "'cond'");
    String tag = store.get("/blobs/cond").headers().firstValue("ETag").orElseThrow();
    assertThat(put("cond", TWO, "If-Match", "\"other\"").statusCode()).isEqualTo(412);
    assertThat(put("cond", TWO, "If-Match", tag).statusCode()).isEqualTo(200);
    assertThat(put("cond", ONE, "If-Match", tag).statusCode()).isEqualTo(412);
    assertThat(store.get("/blobs/cond").body()).isEqualTo(TWO);
    assertThat(store.get("/blobs/cond", "If-Match", tag).statusCode()).isEqualTo(412);
    assertThat(put("cond-none", ONE, "If-Match", "*").statusCode()).isEqualTo(412);
    assertThat(store.send("DELETE", "/blobs/cond", new byte[0], "If-Match", tag).statusCode())
        .isEqualTo(412);
    assertThat(store.get("/blobs/cond").statusCode()).isEqualTo(200);
  }

  @Test
  void namesAreListedInOrderAPageAtATime() throws Exception {
    TreeSet<String> names = new TreeSet<>();
    for (int i = 0; i < 25; i++) {
      names.add("list-%02d é%%".formatted(i));
    }
    for (String name : names) {
      put(name, ONE);
    }
    put("lisu", ONE);
    List<String> seen = new ArrayList<>();
    String after = "";
    int pages = 0;
    do {
      JsonNode page =
          json(store.get("/blobs?prefix=list-&limit=10&after=" + PathName.encode(after)));
      page.path("blobs").forEach(entry -> seen.add(entry.path("name").asText()));
      after = page.path("next").asText("");
      pages++;
    } while (!after.isEmpty());
    assertThat(seen).containsExactlyElementsOf(names);
    assertThat(pages).isEqualTo(3);
    JsonNode first = json(store.get("/blobs?prefix=lisu")).path("blobs").path(0);
    assertThat(first.path("sha256").asText()).isEqualTo(Sha256.of("one").hex());
    assertThat(first.path("size").asLong()).isEqualTo(3);
    assertThat(json(store.get("/blobs?prefix=no-such")).path("blobs")).isEmpty();
    for (String limit : List.of("0", "-1", "x", "10000")) {
      assertThat(store.get("/blobs?limit=" + limit).statusCode()).as(limit).isEqualTo(400);
    }
  }

  @Test
  void aNameCanPointToBytesThatAreThere() throws Exception {
    put("first", ONE);
    String digest = Sha256.of("one").address();
    var alias = put("second?from=" + digest, new byte[0]);
    assertThat(alias.statusCode()).isEqualTo(201);
    assertThat(json(alias).path("sha256").asText()).isEqualTo(Sha256.of("one").hex());
    assertThat(store.get("/blobs/second").body()).isEqualTo(ONE);
    assertThat(put("third?from=sha256:" + "0".repeat(64), new byte[0]).statusCode()).isEqualTo(404);
    assertThat(put("third?from=first", new byte[0]).statusCode()).isEqualTo(400);
    assertThat(store.get("/blobs/third").statusCode()).isEqualTo(404);
  }

  @Test
  void aNameGoesAndItsBytesStayUntilTheyAreRemovedToo() throws Exception {
    byte[] large = new byte[100_000];
    put("gone", large);
    String digest =
        store.get("/blobs/gone").headers().firstValue("ETag").orElseThrow().replace("\"", "");
    int files = store.files().size();
    var held = store.send("DELETE", "/blobs/" + digest, new byte[0]);
    assertThat(held.statusCode()).isEqualTo(409);
    assertThat(text(held)).contains("'gone'");
    assertThat(store.send("DELETE", "/blobs/gone", new byte[0]).statusCode()).isEqualTo(204);
    assertThat(store.send("DELETE", "/blobs/gone", new byte[0]).statusCode()).isEqualTo(404);
    assertThat(store.get("/blobs/gone").statusCode()).isEqualTo(404);
    assertThat(store.get("/blobs/" + digest).body()).isEqualTo(large);
    assertThat(store.send("DELETE", "/blobs/" + digest, new byte[0]).statusCode()).isEqualTo(204);
    assertThat(store.get("/blobs/" + digest).statusCode()).isEqualTo(404);
    assertThat(store.files()).hasSize(files - 1);
  }

  @Test
  void theSameBytesAreStoredOnce() throws Exception {
    byte[] large = new byte[200_000];
    put("copy-1", large);
    int files = store.files().size();
    put("copy-2", large);
    put("copy-3", large);
    assertThat(store.files()).hasSize(files);
    assertThat(store.get("/blobs/copy-3").body()).isEqualTo(large);
  }

  @Test
  void bytesRememberWhichBuildsMadeThem() throws Exception {
    put("made", TWO);
    String digest = "/blobs/" + Sha256.of("two").address();
    assertThat(json(store.get("/blobs/made/provenance")).path("provenance")).isEmpty();
    for (String build : List.of("b1", "b2", "b1")) {
      byte[] body =
          bytes(
              "{\"repo\": \"https://host/a\", \"build\": \"%s\", \"job\": \"j\"}".formatted(build));
      assertThat(store.put(digest + "/provenance", body).statusCode()).isEqualTo(200);
    }
    JsonNode notes = json(store.get("/blobs/made/provenance"));
    assertThat(notes.path("sha256").asText()).isEqualTo(Sha256.of("two").hex());
    assertThat(notes.path("provenance")).hasSize(2);
    assertThat(notes.path("provenance").path(0).path("repo").asText()).isEqualTo("https://host/a");
    assertThat(notes.path("provenance").path(0).path("recorded").asText()).isNotEmpty();
    put("made", ONE);
    assertThat(json(store.get("/blobs/made/provenance")).path("provenance")).isEmpty();
    assertThat(store.put("/blobs/made/provenance", bytes("{\"build\":\"b\"}")).statusCode())
        .isEqualTo(400);
    assertThat(store.put(digest + "/provenance", bytes("{}")).statusCode()).isEqualTo(400);
    assertThat(store.get("/blobs/none/provenance").statusCode()).isEqualTo(404);
  }

  @Test
  void whatIsPinnedIsNotRemoved() throws Exception {
    put("pinned", bytes("pinned bytes"));
    String digest = "/blobs/" + Sha256.of("pinned bytes").address();
    assertThat(store.put("/blobs/pinned/pin", bytes("{}")).statusCode()).isEqualTo(400);
    assertThat(store.put("/blobs/pinned/pin", bytes("{\"why\":\"audit\"}")).statusCode())
        .isEqualTo(204);
    store.send("DELETE", "/blobs/pinned", new byte[0]);
    var held = store.send("DELETE", digest, new byte[0]);
    assertThat(held.statusCode()).isEqualTo(409);
    assertThat(text(held)).contains("audit");
    assertThat(store.send("DELETE", digest + "/pin", new byte[0]).statusCode()).isEqualTo(204);
    assertThat(store.send("DELETE", digest + "/pin", new byte[0]).statusCode()).isEqualTo(404);
    assertThat(store.send("DELETE", digest, new byte[0]).statusCode()).isEqualTo(204);
  }

  private HttpResponse<byte[]> put(String name, byte[] body, String... headers) throws Exception {
    int query = name.indexOf("?from=");
    String path =
        query < 0
            ? PathName.encode(name)
            : PathName.encode(name.substring(0, query)) + name.substring(query);
    return store.put("/blobs/" + path, body, headers);
  }
}
