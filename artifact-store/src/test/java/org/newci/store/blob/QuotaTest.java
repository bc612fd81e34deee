package org.newci.store.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.newci.store.RunningStore.json;
import static org.newci.store.RunningStore.text;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.store.RunningStore;

/** What all blobs together may have: 507 beyond it, and what is there stays as it is. */
class QuotaTest {

  private static final int QUOTA = 40_000;

  private RunningStore store;

  @BeforeEach
  void start(@TempDir Path dir) throws Exception {
    store = new RunningStore(dir, Map.of("NEWCI_STORE_QUOTA", String.valueOf(QUOTA)));
  }

  @AfterEach
  void stop() {
    store.close();
  }

  /** Few bytes lie in the index, more in a file: each has its own look at the quota. */
  @Test
  void whatDoesNotFitIsRefusedAndNothingIsLost() throws Exception {
    assertThat(store.put("/blobs/file", filled(30_000, 1)).statusCode()).isEqualTo(201);
    assertThat(store.put("/blobs/small", filled(8_000, 2)).statusCode()).isEqualTo(201);
    var files = store.files();
    for (int size : new int[] {2_001, 8_000, 9_000, 30_000}) {
      for (String name : new String[] {"more", "small"}) {
        var refused = store.put("/blobs/" + name, filled(size, 3));
        assertThat(refused.statusCode()).as("%d bytes as %s", size, name).isEqualTo(507);
        assertThat(text(refused)).contains("/problems/quota-reached", String.valueOf(QUOTA));
      }
    }
    assertThat(store.get("/blobs/more").statusCode()).isEqualTo(404);
    assertThat(store.get("/blobs/small").body()).isEqualTo(filled(8_000, 2));
    assertThat(store.get("/blobs/file").body()).isEqualTo(filled(30_000, 1));
    assertThat(store.files()).isEqualTo(files);
    assertThat(store.put("/blobs/more", filled(2_000, 3)).statusCode()).as("fits").isEqualTo(201);
  }

  @Test
  void bytesThatAreThereNeedNoMoreRoom() throws Exception {
    store.put("/blobs/file", filled(32_000, 1));
    store.put("/blobs/small", filled(8_000, 2));
    assertThat(store.put("/blobs/again", filled(8_000, 2)).statusCode()).isEqualTo(201);
    assertThat(store.get("/blobs/again").body()).isEqualTo(filled(8_000, 2));
  }

  @Test
  void whatIsRemovedMakesRoom() throws Exception {
    HttpResponse<byte[]> put = store.put("/blobs/old", filled(8_000, 1));
    store.put("/blobs/file", filled(32_000, 2));
    assertThat(store.put("/blobs/new", filled(8_000, 3)).statusCode()).isEqualTo(507);
    store.send("DELETE", "/blobs/old", new byte[0]);
    assertThat(store.put("/blobs/new", filled(8_000, 3)).statusCode())
        .as("bytes stay")
        .isEqualTo(507);
    String digest = "sha256:" + json(put).path("sha256").asText();
    assertThat(store.send("DELETE", "/blobs/" + digest, new byte[0]).statusCode()).isEqualTo(204);
    assertThat(store.put("/blobs/new", filled(8_000, 3)).statusCode()).isEqualTo(201);
  }

  private static byte[] filled(int size, int with) {
    byte[] bytes = new byte[size];
    Arrays.fill(bytes, (byte) with);
    return bytes;
  }
}
