package org.newci.cli.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Clock;
import java.util.HexFormat;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.cli.CommandFailed;
import org.newci.cli.setup.DataFolder;

class BackupTest {

  @TempDir Path dir;
  private DataFolder data;
  private Path backup;
  private DataFolder restored;

  @BeforeEach
  void dataFolder() throws Exception {
    data = new DataFolder(dir.resolve("data"));
    backup = dir.resolve("backup");
    restored = new DataFolder(dir.resolve("restored"));
    file("setup/complete", "yes", "rw-------");
    file("controller/secrets/token.jwt", "secret", "rw-------");
    file("test-env/data/site/app", "served", "rw-r--r--");
    record("published");
    file("artifact-store/data/blobs/" + blob("bytes"), "bytes", "rw-r--r--");
    file("run/up.pid", "1", "rw-------");
    file("run/ports.json", "{}", "rw-------");
    file("vcs-worker/data/cache/x", "again by itself", "rw-------");
    Files.setPosixFilePermissions(
        data.dir().resolve("controller/secrets"), PosixFilePermissions.fromString("rwx------"));
    try (Connection index = sqlite(data.dir().resolve("artifact-store/data/index.db"));
        Statement statement = index.createStatement()) {
      statement.execute("CREATE TABLE blob (id INTEGER PRIMARY KEY, sha256 TEXT)");
      statement.execute("CREATE TABLE small (blob INTEGER, bytes BLOB)");
      statement.execute("INSERT INTO blob (sha256) VALUES ('%s')".formatted(hex("bytes")));
    }
  }

  @Test
  void whatIsBackedUpComesBackAsItWas() throws Exception {
    Backup.Size size = Backup.take(data, backup, Clock.systemUTC());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(backup)))
        .isEqualTo("rwx------");
    assertThat(Restore.to(restored, backup)).isEqualTo(size);
    assertThat(restored.dir().resolve("test-env/data/site/app")).hasContent("served");
    Path token = restored.dir().resolve("controller/secrets/token.jwt");
    assertThat(token).hasContent("secret");
    assertThat(mode(token)).isEqualTo("rw-------");
    assertThat(mode(token.getParent())).isEqualTo("rwx------");
    assertThat(mode(restored.dir().resolve("test-env/data/site/app"))).isEqualTo("rw-r--r--");
    assertThat(restored.dir().resolve("run/up.pid")).doesNotExist();
    assertThat(restored.dir().resolve("run/ports.json")).hasContent("{}");
    assertThat(restored.dir().resolve("vcs-worker/data/cache")).doesNotExist();
    try (Connection index = sqlite(restored.dir().resolve("artifact-store/data/index.db"));
        Statement statement = index.createStatement();
        ResultSet row = statement.executeQuery("SELECT sha256 FROM blob")) {
      assertThat(row.getString(1)).isEqualTo(hex("bytes"));
    }
  }

  @Test
  void aDatabaseThatIsWrittenMeanwhileIsCopiedAsOfOneMoment() throws Exception {
    Path file = data.dir().resolve("controller/data/builds.db");
    Files.createDirectories(file.getParent());
    AtomicBoolean enough = new AtomicBoolean();
    AtomicInteger written = new AtomicInteger();
    try (Connection builds = sqlite(file);
        Statement statement = builds.createStatement();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      statement.execute("PRAGMA journal_mode = WAL");
      statement.execute("CREATE TABLE one (n INTEGER)");
      statement.execute("CREATE TABLE two (n INTEGER)");
      Future<?> writer =
          threads.submit(
              () -> {
                while (!enough.get()) {
                  int n = written.incrementAndGet();
                  statement.execute("BEGIN");
                  statement.execute("INSERT INTO one VALUES (%d)".formatted(n));
                  statement.execute("INSERT INTO two VALUES (%d)".formatted(n));
                  statement.execute("COMMIT");
                }
                return null;
              });
      await().until(() -> written.get() > 20 || writer.isDone());
      Backup.take(data, backup, Clock.systemUTC());
      enough.set(true);
      writer.get();
    }
    Restore.to(restored, backup);
    try (Connection copy = sqlite(restored.dir().resolve("controller/data/builds.db"));
        Statement statement = copy.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT (SELECT count(*) FROM one), (SELECT max(n) FROM one), (SELECT max(n) FROM"
                    + " two)")) {
      assertThat(row.getInt(1)).isGreaterThan(10).isEqualTo(row.getInt(2));
      assertThat(row.getInt(2)).isEqualTo(row.getInt(3));
    }
  }

  @Test
  void nothingIsWrittenOverAndNothingDamagedComesBack() throws Exception {
    Backup.take(data, backup, Clock.systemUTC());
    assertThatThrownBy(() -> Backup.take(data, backup, Clock.systemUTC()))
        .isInstanceOf(CommandFailed.class)
        .hasMessageContaining("is not empty");
    assertThatThrownBy(() -> Restore.to(data, backup)).hasMessageContaining("is not empty");
    assertThatThrownBy(() -> Backup.take(data, data.dir().resolve("backup"), Clock.systemUTC()))
        .hasMessageContaining("in the data folder itself");
    assertThatThrownBy(() -> Restore.to(restored, dir.resolve("nowhere")))
        .hasMessageContaining("no whole backup");

    Path app = backup.resolve("test-env/data/site/app");
    Files.writeString(app, "forged");
    assertThatThrownBy(() -> Restore.to(restored, backup))
        .hasMessageContaining("test-env/data/site/app has the digest");
    Files.delete(app);
    assertThatThrownBy(() -> Restore.to(restored, backup))
        .hasMessageContaining("lacks test-env/data/site/app");
    assertThat(restored.dir()).doesNotExist();

    Path manifest = backup.resolve("manifest.json");
    Files.writeString(
        manifest, Files.readString(manifest).replace("test-env/data/site/app", "../../escaped"));
    assertThatThrownBy(() -> Restore.to(restored, backup))
        .hasMessageContaining("names '../../escaped'");
  }

  @Test
  void bytesThatTheIndexNamesAndNobodyHasAreNotCalledABackup() throws Exception {
    Files.delete(data.dir().resolve("artifact-store/data/blobs/" + blob("bytes")));
    assertThatThrownBy(() -> Backup.take(data, backup, Clock.systemUTC()))
        .hasMessageContaining("sha256:" + hex("bytes"));
    assertThat(backup.resolve("manifest.json")).doesNotExist();
  }

  @Test
  void aRecordThatDoesNotAgreeWithWhatIsServedIsNotCopied() throws Exception {
    record("publishing");
    assertThatThrownBy(() -> Backup.take(data, backup, Clock.systemUTC()))
        .hasMessageContaining("being deployed");
  }

  private void record(String state) throws Exception {
    file(
        "test-env/data/site/.newci/1.json",
        "{\"name\": \"app\", \"state\": \"%s\", \"sha256\": \"%s\"}"
            .formatted(state, hex("served")),
        "rw-r--r--");
  }

  private void file(String name, String text, String mode) throws IOException {
    Path file = data.dir().resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private static Connection sqlite(Path file) throws Exception {
    return DriverManager.getConnection("jdbc:sqlite:" + file);
  }

  private static String blob(String text) throws Exception {
    return hex(text).substring(0, 2) + "/" + hex(text);
  }

  private static String hex(String text) throws Exception {
    return HexFormat.of()
        .formatHex(
            MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
  }
}
