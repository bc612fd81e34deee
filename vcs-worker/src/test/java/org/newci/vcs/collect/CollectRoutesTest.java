package org.newci.vcs.collect;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.shell.json.Json;
import org.newci.vcs.WorkerRig;

class CollectRoutesTest {

  /** APPNOTE.TXT of the zip format, 4.3.12. */
  private static final int CENTRAL_HEADER = 0x02014b50;

  private static final int UNPACKED_SIZE = 24;

  /** A zip under construction. */
  private static final class Zip {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final ZipArchiveOutputStream out = new ZipArchiveOutputStream(bytes);

    Zip file(String path, String text) throws IOException {
      return entry(path, text, 0100644);
    }

    Zip entry(String path, String text, int mode) throws IOException {
      ZipArchiveEntry entry = new ZipArchiveEntry(path);
      entry.setUnixMode(mode);
      out.putArchiveEntry(entry);
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.closeArchiveEntry();
      return this;
    }

    byte[] close() throws IOException {
      out.close();
      return bytes.toByteArray();
    }
  }

  @TempDir private Path temp;
  private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();

  /** Begins the secret of a grant; the name of the blob that it is for ends it. */
  private static final String GRANT = "newci-upload-for-";

  private HttpServer store;
  private volatile int storeStatus = 201;
  private volatile boolean storeLies;
  private WorkerRig rig;
  private long project;
  private long pipeline;

  @BeforeEach
  void start() throws IOException {
    store = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    store.createContext(
        "/uploads",
        exchange -> {
          try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String shown = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
            String name = shown.replace("Bearer " + GRANT, "b1.");
            boolean granted = !name.equals(shown);
            if (storeStatus == 201 && granted) {
              blobs.put(name, body);
            }
            String digest = Sha256.of(new ByteArrayInputStream(storeLies ? new byte[1] : body));
            Map<String, Object> answer = new HashMap<>();
            answer.put("name", name);
            answer.put("sha256", digest);
            answer.put("size", body.length);
            answer.put("detail", "The store is full.");
            answer.put("type", "/problems/full");
            byte[] json = Json.write(answer).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(granted ? storeStatus : 401, json.length);
            exchange.getResponseBody().write(json);
          }
        });
    store.start();
    start(Map.of());
  }

  private void start(Map<String, String> settings) throws IOException {
    rig = new WorkerRig(temp, "http://127.0.0.1:" + store.getAddress().getPort(), settings);
    project = rig.gitlab.addProject("bot/x").id;
    pipeline = rig.gitlab.addPipeline(project, "c".repeat(40), "success").id;
  }

  @AfterEach
  void stop() {
    rig.close();
    store.stop(0);
  }

  private void job(String name, String status, byte[] zip) {
    rig.gitlab.addJob(pipeline, name, status, new byte[0], zip);
  }

  private WorkerRig.Answer collect(String artifact) {
    return collect(artifact, 1_000_000);
  }

  private WorkerRig.Answer collect(String artifact, long most) {
    return rig.post(
        "/collect",
        Map.of(
            "max_bytes",
            most,
            "project_id",
            project,
            "pipeline_id",
            pipeline,
            "artifact",
            artifact,
            "build",
            "b1",
            "fence",
            1,
            "grant",
            GRANT + artifact.substring(artifact.lastIndexOf('/') + 1)));
  }

  private void assertRefused(String artifact, String kind, String said) {
    WorkerRig.Answer answer = collect(artifact);
    assertThat(answer.status()).as(answer.raw().body()).isEqualTo(422);
    assertThat(answer.kind()).isEqualTo(kind);
    assertThat(answer.raw().body()).contains(said);
    assertThat(blobs).isEmpty();
  }

  @Test
  void whatIsLargerThanTheProjectMayHaveDoesNotReachTheStore() throws Exception {
    job("build", "success", new Zip().file("out/app.bin", "hello").close());
    WorkerRig.Answer answer = collect("app.bin", 4);
    assertThat(answer.status()).as(answer.raw().body()).isEqualTo(422);
    assertThat(answer.kind()).isEqualTo("artifact-too-large");
    assertThat(answer.detail()).contains("out/app.bin", "has 5 bytes", "of 4");
    assertThat(blobs).isEmpty();
    assertThat(collect("app.bin", -1).status()).isEqualTo(400);
    assertThat(collect("app.bin", 5).status()).isEqualTo(200);
  }

  @Test
  void aFileNameThatIsThereOnceGoesToTheStoreByItsGrant() throws Exception {
    job("build", "success", new Zip().file("out/app.bin", "hello").file("a", "1").close());
    job("test", "success", null);
    WorkerRig.Answer answer = collect("app.bin");
    assertThat(answer.status()).as(answer.raw().body()).isEqualTo(200);
    assertThat(answer.body().path("blob").asText()).isEqualTo("app.bin");
    assertThat(answer.body().path("sha256").asText())
        .isEqualTo("2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
    assertThat(answer.body().path("size").asLong()).isEqualTo(5);
    assertThat(answer.body().path("job").asText()).isEqualTo("build");
    assertThat(answer.body().path("path").asText()).isEqualTo("out/app.bin");
    assertThat(blobs).containsOnlyKeys("b1.app.bin");
    assertThat(blobs.get("b1.app.bin")).asString().isEqualTo("hello");
    try (var left = Files.list(rig.home.resolve("data/tmp"))) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void withoutAGrantOrWithAnothersNothingIsStored() throws Exception {
    job("build", "success", new Zip().file("app", "1").close());
    Map<String, Object> order =
        new HashMap<>(
            Map.of(
                "project_id", project, "pipeline_id", pipeline, "artifact", "app", "build", "b1"));
    assertThat(rig.post("/collect", order).detail()).contains("'grant'");
    order.put("grant", "newci-upload-forged");
    assertThat(rig.post("/collect", order).kind()).isEqualTo("store-refused");
    assertThat(blobs).isEmpty();
    order.put("grant", GRANT + "other");
    assertThat(rig.post("/collect", order).detail()).contains("b1.other", "b1.app");
  }

  @Test
  void anExactPathComesBeforeAFileName() throws Exception {
    job("build", "success", new Zip().file("x/app", "1").file("app", "2").close());
    assertThat(collect("app").body().path("path").asText()).isEqualTo("app");
    assertThat(collect("x/app").body().path("path").asText()).isEqualTo("x/app");
  }

  @Test
  void theSamePathWithEqualBytesCountsOnce() throws Exception {
    job("build", "success", new Zip().file("app", "1").close());
    job("pass-on", "success", new Zip().file("app", "1").close());
    assertThat(collect("app").body().path("job").asText()).isEqualTo("build");
  }

  @Test
  void whatIsMissingOrAmbiguousComesWithCandidates() throws Exception {
    assertRefused("app", "artifact-missing", "No successful job");
    job("one", "success", new Zip().file("a/app", "1").file("readme", "").close());
    job("two", "success", new Zip().file("b/app", "2").close());
    job("bad", "failed", new Zip().file("only-here", "3").close());
    assertRefused("app", "artifact-ambiguous", "[\"a/app (job one)\",\"b/app (job two)\"]");
    assertRefused("only-here", "artifact-missing", "readme (job one)");
  }

  @Test
  void entriesThatCouldDoHarmAreRefusedByName() throws Exception {
    String[][] bad = {
      {"../up", "leads upwards"}, {"a/../../up", "leads upwards"}, {"C:/x", "absolute"}
    };
    for (String[] entry : bad) {
      job("bad " + entry[0], "success", new Zip().file(entry[0], "x").file("app", "1").close());
      assertRefused("app", "artifact-refused", "'" + entry[0] + "'");
      assertRefused("app", "artifact-refused", entry[1]);
      rig.gitlab.jobs.clear();
    }
    job("link", "success", new Zip().entry("l", "/etc/passwd", 0120777).file("app", "").close());
    assertRefused("app", "artifact-refused", "a link");
    rig.gitlab.jobs.clear();
    job("twice", "success", new Zip().file("app", "1").file("app", "2").close());
    assertRefused("app", "artifact-refused", "there twice");
    rig.gitlab.jobs.clear();
    job("no zip", "success", "hello".getBytes(StandardCharsets.UTF_8));
    assertRefused("app", "artifact-refused", "not a zip");
  }

  @Test
  void anAbsolutePathIsRefused() throws Exception {
    byte[] zip = new Zip().file("xtc/passwd", "x").close();
    String latin = new String(zip, StandardCharsets.ISO_8859_1).replace("xtc/passwd", "/tc/passwd");
    job("bad", "success", latin.getBytes(StandardCharsets.ISO_8859_1));
    assertRefused("passwd", "artifact-refused", "absolute");
  }

  @Test
  void tooManyEntriesAreRefused() throws Exception {
    Zip zip = new Zip();
    for (int i = 0; i <= ArtifactZip.MOST_ENTRIES; i++) {
      zip.file("f" + i, "");
    }
    job("many", "success", zip.close());
    assertRefused("f1", "artifact-too-large", "10000 entries");
  }

  /** Of zeros a thousandth comes over the wire. */
  @Test
  void whatExpandsTooFarIsRefusedPackedOrUnpacked() throws Exception {
    rig.close();
    start(Map.of("NEWCI_ARTIFACTS_LIMIT", "100000"));
    String zeros = "0".repeat(60_000);
    job("fits", "success", new Zip().file("app", zeros).close());
    assertThat(collect("app").status()).isEqualTo(200);
    blobs.clear();
    rig.gitlab.jobs.clear();
    job("bomb", "success", new Zip().file("app", zeros).file("more", zeros).close());
    assertRefused("app", "artifact-too-large", "100000 bytes");
    rig.gitlab.jobs.clear();
    job("packed", "success", new byte[100_001]);
    assertRefused("app", "artifact-too-large", "100000 bytes");
  }

  /** The directory says 5 bytes; what is packed has three millions. */
  @Test
  void aDirectoryThatLiesIsFoundWhileItIsUnpacked() throws Exception {
    byte[] zip = new Zip().file("app", "0".repeat(3_000_000)).close();
    ByteBuffer bytes = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
    int directory = 0;
    while (bytes.getInt(directory) != CENTRAL_HEADER) {
      directory++;
    }
    bytes.putInt(directory + UNPACKED_SIZE, 5);
    job("lies", "success", zip);
    assertRefused("app", "artifact-refused", "cannot be unpacked");
  }

  @Test
  void theStoresRefusalAndWrongDigestAreSaid() throws Exception {
    job("build", "success", new Zip().file("app", "1").close());
    storeStatus = 507;
    WorkerRig.Answer full = collect("app");
    assertThat(full.status()).isEqualTo(502);
    assertThat(full.kind()).isEqualTo("store-refused");
    assertThat(full.detail()).isEqualTo("The store is full.");
    storeStatus = 201;
    storeLies = true;
    assertThat(collect("app").detail()).contains("was sent");
    store.stop(0);
    assertThat(collect("app").kind()).isEqualTo("store-unreachable");
  }

  @Test
  void badRequestsAreNamedByTheirField() {
    assertThat(rig.post("/collect", Map.of()).detail()).contains("'project_id'");
    assertThat(rig.post("/collect", Map.of("project_id", 1, "pipeline_id", 1)).detail())
        .contains("'artifact'");
    assertThat(collect(" ").status()).isEqualTo(400);
    assertThat(
            rig.post(
                    "/collect",
                    Map.of("project_id", 1, "pipeline_id", 1, "artifact", "a", "build", "/"))
                .detail())
        .contains("'build'");
    Map<String, Object> unknown =
        new HashMap<>(Map.of("project_id", 9, "pipeline_id", 9, "artifact", "a"));
    assertThat(rig.post("/collect", unknown).detail()).contains("'grant'");
    unknown.put("grant", "secret-of-a-grant");
    assertThat(rig.post("/collect", unknown).status()).isEqualTo(404);
  }
}
