package org.newci.store.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.auth.Scope;
import org.newci.shell.edge.PathName;
import org.newci.shell.json.Json;
import org.newci.store.RunningStore;

class BlobRoutesTest {

  private static final byte[] HELLO = "hello\n".getBytes(StandardCharsets.UTF_8);

  @TempDir Path dir;
  private RunningStore store;

  @BeforeEach
  void start() throws Exception {
    store = new RunningStore(dir.resolve("store"), Map.of("NEWCI_BLOB_LIMIT", "3000000"));
  }

  @AfterEach
  void stop() {
    store.close();
  }

  @Test
  void aBlobGoesInAndComesOutAndIsReplaced() throws Exception {
    assertThat(store.get("/blobs/app").statusCode()).isEqualTo(404);
    byte[] first = bytes(1, 1024 * 1024);
    var stored = store.put("/blobs/app", first);
    assertThat(stored.statusCode()).isEqualTo(201);
    assertThat(Json.tree(text(stored.body())).path("sha256").asText()).isEqualTo(sha256(first));
    assertThat(Json.tree(text(stored.body())).path("size").asLong()).isEqualTo(first.length);

    var got = store.get("/blobs/app");
    assertThat(got.statusCode()).isEqualTo(200);
    assertThat(got.body()).isEqualTo(first);
    assertThat(got.headers().firstValue("Content-Type")).hasValue("application/octet-stream");
    assertThat(got.headers().firstValue("ETag")).hasValue("\"sha256:" + sha256(first) + "\"");
    assertThat(got.headers().firstValueAsLong("Content-Length")).hasValue(first.length);

    byte[] second = bytes(2, 1000);
    assertThat(store.put("/blobs/app", second).statusCode()).isEqualTo(200);
    assertThat(store.get("/blobs/app").body()).isEqualTo(second);
    assertThat(store.get("/blobs/sha256:" + sha256(first)).body()).isEqualTo(first);
    store.restart();
    assertThat(store.get("/blobs/app").body()).isEqualTo(second);
  }

  @Test
  void headTellsSizeAndDigestWithoutTheBytes() throws Exception {
    store.put("/blobs/app", HELLO);
    for (String path : List.of("/blobs/app", "/blobs/sha256:" + sha256(HELLO))) {
      var head = store.send("HEAD", path, new byte[0]);
      assertThat(head.statusCode()).isEqualTo(200);
      assertThat(head.headers().firstValueAsLong("Content-Length")).hasValue(HELLO.length);
      assertThat(head.headers().firstValue("ETag")).hasValue("\"sha256:" + sha256(HELLO) + "\"");
    }
    assertThat(store.send("HEAD", "/blobs/none", new byte[0]).statusCode()).isEqualTo(404);
  }

  @Test
  void anEmptyBlobIsABlob() throws Exception {
    assertThat(store.put("/blobs/empty", new byte[0]).statusCode()).isEqualTo(201);
    var got = store.get("/blobs/empty");
    assertThat(got.statusCode()).isEqualTo(200);
    assertThat(got.body()).isEmpty();
  }

  @Test
  void whoHasTheBytesIsTold304() throws Exception {
    store.put("/blobs/app", HELLO);
    String tag = "\"sha256:" + sha256(HELLO) + "\"";
    assertThat(store.get("/blobs/app", "If-None-Match", "\"x\", " + tag).statusCode())
        .isEqualTo(304);
    assertThat(store.get("/blobs/app", "If-None-Match", "\"x\"").statusCode()).isEqualTo(200);
  }

  @Test
  void aStatedDigestIsChecked() throws Exception {
    String base64 = Base64.getEncoder().encodeToString(HexFormat.of().parseHex(sha256(HELLO)));
    store.put("/blobs/app", "old".getBytes(StandardCharsets.UTF_8));
    for (String[] wrong :
        new String[][] {
          {"X-Checksum-Sha256", "0".repeat(64)},
          {"Digest", "sha-256=" + Base64.getEncoder().encodeToString(new byte[32])},
        }) {
      var refused = store.put("/blobs/app", HELLO, wrong);
      assertThat(refused.statusCode()).isEqualTo(422);
      assertThat(text(refused.body())).contains("/problems/digest-mismatch", sha256(HELLO));
    }
    assertThat(text(store.put("/blobs/app", HELLO, "Digest", "sha-256=zz").body()))
        .contains("header Digest");
    assertThat(text(store.get("/blobs/app").body())).isEqualTo("old");
    assertThat(store.put("/blobs/a", HELLO, "Digest", "sha-256=" + base64).statusCode())
        .isEqualTo(201);
    assertThat(
            store
                .put("/blobs/b", HELLO, "Content-Digest", "sha-256=:%s:".formatted(base64))
                .statusCode())
        .isEqualTo(201);
    assertThat(store.put("/blobs/c", HELLO, "X-Checksum-Sha256", sha256(HELLO)).statusCode())
        .isEqualTo(201);
  }

  @Test
  void whatIsTooLargeOrOnlyAPartIsRefused() throws Exception {
    var large = store.put("/blobs/app", new byte[3_000_001]);
    assertThat(large.statusCode()).isEqualTo(413);
    assertThat(text(large.body())).contains("/problems/too-large", "3000000");
    assertThat(store.put("/blobs/app", HELLO, "Content-Range", "bytes 0-5/10").statusCode())
        .isEqualTo(400);
    assertThat(store.files()).isEmpty();
  }

  @Test
  void digestsAreReadOnlyAddresses() throws Exception {
    String address = "/blobs/sha256:" + sha256(HELLO);
    assertThat(store.put(address, HELLO).statusCode()).isEqualTo(400);
    assertThat(store.get(address).statusCode()).isEqualTo(404);
    assertThat(store.get("/blobs/sha256:xyz").statusCode()).isEqualTo(400);
    assertThat(store.get("/blobs/sha256:..%2F..%2Flock").statusCode()).isEqualTo(400);
  }

  @Test
  void everyNameIsKeptExactlyOrRefused() throws Exception {
    List<String> good =
        List.of(
            "two words",
            "größe 文.tar",
            "100%",
            "a%2Fb",
            "a+b;c=d",
            "q?x#y",
            "-rf",
            ".hidden",
            "*",
            "x".repeat(255),
            "é".repeat(127),
            "App",
            "app",
            "con",
            "a:b");
    for (String name : good) {
      byte[] body = name.getBytes(StandardCharsets.UTF_8);
      assertThat(store.put("/blobs/" + PathName.encode(name), body).statusCode())
          .as(name)
          .isEqualTo(201);
    }
    for (String name : good) {
      assertThat(text(store.get("/blobs/" + PathName.encode(name)).body())).isEqualTo(name);
    }
    List<String> bad =
        List.of(
            "",
            "..",
            ".",
            "%2e%2e",
            "%2e%2e%2f",
            "..%2f..%2fetc",
            "a%2Fb",
            "a/b",
            "a/",
            "%00",
            "a%00b",
            "a%0Ab",
            "a%7F",
            "%C2%85",
            "x".repeat(256),
            "x".repeat(1000),
            "%FF",
            "%zz",
            "%ED%A0%80",
            "..%5c..%5cx%2f",
            "back%5Cslash");
    int before = store.files().size();
    for (String raw : bad) {
      assertThat(RawHttp.status(store, "PUT", "/blobs/" + raw, "x")).as(raw).isBetween(400, 499);
      assertThat(RawHttp.status(store, "GET", "/blobs/" + raw, "")).as(raw).isBetween(400, 499);
    }
    assertThat(store.files()).hasSize(before);
  }

  @Test
  void randomNamesAreKeptExactlyOrRefused() throws Exception {
    String alphabet = "ab.%/\\ :;+?#&=é文\0\n\u0085\"'~*-_😀";
    for (long seed = 1; seed <= 300; seed++) {
      Random dice = new Random(seed);
      int[] points = alphabet.codePoints().toArray();
      StringBuilder made = new StringBuilder();
      for (int i = dice.nextInt(8); i >= 0; i--) {
        made.appendCodePoint(points[dice.nextInt(points.length)]);
      }
      String name = made.toString();
      byte[] body = ("seed " + seed).getBytes(StandardCharsets.UTF_8);
      String path = "/blobs/" + PathName.encode(name);
      int put = RawHttp.status(store, "PUT", path, text(body));
      if (put < 300) {
        assertThat(store.get(path).body()).as("seed %d: %s", seed, name).isEqualTo(body);
      } else {
        assertThat(put).as("seed %d: %s", seed, name).isBetween(400, 499);
      }
    }
    try (var all = Files.walk(dir)) {
      assertThat(all.filter(file -> !file.startsWith(dir.resolve("store")))).containsExactly(dir);
    }
  }

  @Test
  void eachRouteAsksForItsScope() throws Exception {
    Map<String, Scope> routes =
        Map.of(
            "PUT /blobs/x", Scope.BLOBS_PUT,
            "GET /blobs/x", Scope.BLOBS_GET,
            "HEAD /blobs/x", Scope.BLOBS_GET,
            "PUT /logs/x?offset=0", Scope.LOGS_PUT,
            "GET /logs/x", Scope.LOGS_GET,
            "HEAD /logs/x", Scope.LOGS_GET);
    for (var route : routes.entrySet()) {
      String method = route.getKey().split(" ", -1)[0];
      String path = route.getKey().split(" ", -1)[1];
      var others = new java.util.HashSet<>(Set.of(Scope.values()));
      others.remove(route.getValue());
      assertThat(store.bare(method, path, HELLO).statusCode()).isEqualTo(401);
      assertThat(
              store
                  .bare(method, path, HELLO, "Authorization", "Bearer " + store.token(others))
                  .statusCode())
          .isEqualTo(403);
    }
    assertThat(store.files()).isEmpty();
  }

  @Test
  void aSecondStoreOnTheSameFolderIsRefused() {
    assertThatThrownBy(() -> new RunningStore(dir.resolve("store"), Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("in use");
  }

  private static byte[] bytes(long seed, int count) {
    byte[] bytes = new byte[count];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}
