package org.newci.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.newci.acceptance.system.Checkout;
import org.newci.acceptance.system.RawHttps;
import org.newci.acceptance.system.Shell;

/** How long an artifact store of a million blobs takes from its start to the first of them. */
final class ManyBlobs {

  private static final int BLOBS = 1_000_000;
  private static final int STARTS = 5;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Path folder;
  private final Map<String, String> env = new LinkedHashMap<>();

  private ManyBlobs(Path folder) {
    this.folder = folder;
    newci("setup");
    for (String line : newci("env").lines().toList()) {
      String[] parts = line.replaceFirst("^export ", "").split("=", 2);
      env.put(parts[0], parts[1].replaceAll("^['\"]|['\"]$", ""));
    }
  }

  static List<Figures> run(Path folder) throws Exception {
    ManyBlobs store = new ManyBlobs(folder);
    Figures few = new Figures("start of a store without blobs, to its first answer", "ms");
    Figures many = new Figures("the same with %d blobs, to one of them".formatted(BLOBS), "ms");
    for (int i = 0; i < STARTS; i++) {
      few.add(store.start("/blobs?limit=1"));
    }
    store.fill();
    for (int i = 0; i < STARTS; i++) {
      many.add(store.start("/blobs/many-" + BLOBS));
    }
    return List.of(few, many);
  }

  private String newci(String command) {
    List<String> all =
        List.of(Checkout.file("newci").toString(), command, "--data", folder.toString());
    return Shell.run(Path.of("/"), Map.of("NEWCI_NO_BUILD", "1"), PATIENCE, all).ok();
  }

  /** Starts it and ends it again; milliseconds until it answered that path. */
  private double start(String path) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(Checkout.file("newci").toString(), "serve", "artifact-store")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()));
    builder.environment().put("NEWCI_NO_BUILD", "1");
    builder.environment().put("NEWCI_HOME", folder.resolve("artifact-store").toString());
    builder.environment().put("NEWCI_LISTEN", of("NEWCI_BLOBS_URL").replaceFirst("^https://", ""));
    long began = System.nanoTime();
    Process process = builder.start();
    try {
      while (System.nanoTime() - began < PATIENCE.toNanos()) {
        try (KeptConnection connection =
            KeptConnection.open(
                RawHttps.trusting(folder.resolve("ca.pem")),
                of("NEWCI_BLOBS_URL"),
                of("NEWCI_TOKEN"))) {
          if (connection.send("GET", path, "", "").status() == 200) {
            return (System.nanoTime() - began) / 1e6;
          }
          break;
        } catch (IOException notYet) {
          BenchedController.pause();
        }
      }
      throw new IllegalStateException(
          "the store does not answer: " + Files.readString(folder.resolve("log")));
    } finally {
      process.destroy();
      process.onExit().join();
    }
  }

  private String of(String name) {
    return env.getOrDefault(name, "");
  }

  /** Rows as a million uploads of 16 bytes would have left them. */
  private void fill() throws SQLException {
    String url = "jdbc:sqlite:" + folder.resolve("artifact-store/data/index.db");
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.executeUpdate(
          """
          WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)
          INSERT INTO blob (id, sha256, size, stored_ms)
          SELECT i, lower(hex(randomblob(32))), 16, 0 FROM n
          """
              .formatted(BLOBS));
      statement.executeUpdate("INSERT INTO small SELECT id, randomblob(16) FROM blob");
      statement.executeUpdate("INSERT INTO name SELECT 'many-' || id, id, 0 FROM blob");
      connection.commit();
    }
  }
}
