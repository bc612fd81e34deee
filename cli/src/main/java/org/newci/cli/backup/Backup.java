package org.newci.cli.backup;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.newci.cli.CommandFailed;
import org.newci.cli.Exit;
import org.newci.cli.setup.DataFolder;
import org.newci.cli.setup.Part;
import org.newci.cli.setup.PrivateFiles;
import org.newci.shell.json.Json;

/**
 * Copies a data folder while everything runs. What refers to something else is copied before it:
 * the controller before the store that has its artifacts, the store's index before the bytes, the
 * environment last. So a restored controller finds all that it knows of, and what it finds done at
 * the environment already is not done again.
 */
public final class Backup {

  private static final int TRIES = 20;

  /** In that order; then what is left. */
  private static final List<Part> FIRST =
      List.of(Part.CONTROLLER, Part.ARTIFACT_STORE, Part.GITLAB_STAND_IN, Part.VCS_WORKER);

  private final DataFolder from;
  private final Path to;
  private final Clock clock;
  private final Map<String, Manifest.Folder> folders = new HashMap<>();
  private final Map<String, Manifest.Entry> files = new HashMap<>();

  private Backup(DataFolder from, Path to, Clock clock) {
    this.from = from;
    this.to = to;
    this.clock = clock;
  }

  /** What a backup holds: how many files, and their bytes. */
  public record Size(long files, long bytes) {}

  /**
   * Copies all that is not made again by itself.
   *
   * @throws CommandFailed when the target is not empty, or what is copied changes all the time
   */
  public static Size take(DataFolder from, Path to, Clock clock) {
    if (!Files.exists(from.complete())) {
      throw new CommandFailed(
          Exit.FAILED,
          "%s holds no NewCI that was set up (expected a data folder).".formatted(from));
    }
    Path target = to.toAbsolutePath().normalize();
    if (target.startsWith(from.dir())) {
      throw new CommandFailed(
          Exit.FAILED, "%s lies in the data folder itself; name another.".formatted(to));
    }
    Restore.checkEmpty(target);
    PrivateFiles.folder(target, "rwx------");
    return new Backup(from, target, clock).run();
  }

  private Size run() {
    var at = clock.instant();
    try {
      FIRST.forEach(this::part);
      Path site = from.home(Part.TEST_ENV).resolve("data/site");
      tree(from.dir(), site);
      if (Files.isDirectory(site)) {
        site(site);
      }
      checkStore();
      Manifest manifest =
          new Manifest(
              Manifest.VERSION,
              at,
              folders.entrySet().stream()
                  .sorted(Map.Entry.comparingByKey())
                  .map(Map.Entry::getValue)
                  .toList(),
              files.entrySet().stream()
                  .sorted(Map.Entry.comparingByKey())
                  .map(Map.Entry::getValue)
                  .toList());
      manifest.write(to);
      return new Size(files.size(), files.values().stream().mapToLong(Manifest.Entry::size).sum());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot copy %s to %s".formatted(from, to), e);
    } catch (SQLException e) {
      throw new IllegalStateException("cannot copy a database: " + e.getMessage(), e);
    }
  }

  private void part(Part part) {
    Path home = from.home(part);
    if (!Files.isDirectory(home)) {
      return;
    }
    try {
      // A database, or the refs of a repository, name what lies beside them.
      for (Path database : below(home, Backup::isDatabase)) {
        database(database);
      }
      for (Path refs : below(home, file -> !isDatabase(file) && !contains(file, "objects"))) {
        copy(refs);
      }
      tree(home, home.resolve("none"));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot copy " + home, e);
    } catch (SQLException e) {
      throw new IllegalStateException(
          "cannot copy a database of %s: %s".formatted(home, e.getMessage()), e);
    }
  }

  private static boolean contains(Path file, String folder) {
    for (Path name : file) {
      if (name.toString().equals(folder)) {
        return true;
      }
    }
    return false;
  }

  private interface Which {
    boolean is(Path file);
  }

  private List<Path> below(Path folder, Which which) throws IOException {
    List<Path> found = new ArrayList<>();
    walk(
        folder,
        folder.resolve("none"),
        file -> {
          if (which.is(file)) {
            found.add(file);
          }
        });
    return found;
  }

  private interface Action {
    void on(Path file) throws IOException, SQLException;
  }

  /** Copies what is there and was not copied yet. */
  private void tree(Path folder, Path except) throws IOException, SQLException {
    List<Path> all = new ArrayList<>();
    walk(folder, except, all::add);
    for (Path file : all) {
      if (files.containsKey(name(file))) {
        continue;
      }
      if (isDatabase(file)) {
        database(file);
      } else {
        copy(file);
      }
    }
  }

  private void walk(Path folder, Path except, Action action) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes a)
              throws IOException {
            if (dir.equals(except) || Skipped.folder(from.dir(), dir)) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            note(dir);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes a) throws IOException {
            if (a.isRegularFile() && !Skipped.file(from.dir(), file)) {
              try {
                action.on(file);
              } catch (SQLException e) {
                throw new IOException(e);
              }
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE; // It went while we were looking.
            }
            throw e;
          }
        });
  }

  private void note(Path dir) throws IOException {
    if (!dir.equals(from.dir())) {
      folders.put(name(dir), new Manifest.Folder(name(dir), mode(dir)));
    }
  }

  private String name(Path file) {
    return from.dir().relativize(file).toString();
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(
        Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS));
  }

  private static boolean isDatabase(Path file) {
    return file.toString().endsWith(".db");
  }

  /** SQLite copies itself as of one moment, whoever writes meanwhile. */
  private void database(Path file) throws IOException, SQLException {
    Path copy = target(file);
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:%s?busy_timeout=10000".formatted(file));
        PreparedStatement vacuum = connection.prepareStatement("VACUUM INTO ?")) {
      vacuum.setString(1, copy.toString());
      vacuum.execute();
    }
    Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-------"));
    files.put(
        name(file),
        new Manifest.Entry(name(file), mode(file), Files.size(copy), Manifest.digest(copy)));
  }

  private Path target(Path file) throws IOException {
    Path copy = Manifest.inside(to, name(file));
    Manifest.makeFolderOf(copy);
    return copy;
  }

  private void copy(Path file) throws IOException {
    Path copy = target(file);
    try {
      String mode = mode(file);
      String digest;
      try (var out = Files.newOutputStream(copy)) {
        Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-------"));
        digest = Manifest.copy(file, out);
      }
      files.put(name(file), new Manifest.Entry(name(file), mode, Files.size(copy), digest));
    } catch (NoSuchFileException e) {
      // It went while we were looking: nothing that was copied before names it.
      Files.deleteIfExists(copy);
    }
  }

  /** What is served, with records that say so: again when something was deployed meanwhile. */
  private void site(Path site) throws IOException, SQLException {
    for (int tries = 1; tries <= TRIES; tries++) {
      files.keySet().removeIf(name -> name.startsWith(name(site) + "/"));
      tree(site, site.resolve("none"));
      if (agrees(site)) {
        return;
      }
    }
    throw new CommandFailed(
        Exit.FAILED, "Something is being deployed to %s all the time; try again.".formatted(site));
  }

  private boolean agrees(Path site) throws IOException {
    Path records = Manifest.inside(to, name(site)).resolve(".newci");
    if (Files.exists(records.resolve("pending"))) {
      return false;
    }
    if (!Files.isDirectory(records)) {
      return true;
    }
    try (Stream<Path> all = Files.list(records)) {
      for (Path record : all.filter(one -> one.toString().endsWith(".json")).toList()) {
        JsonNode text = Json.tree(Files.readString(record));
        Manifest.Entry served = files.get(name(site) + "/" + text.path("name").asText());
        if (!text.path("state").asText().equals("published")
            || served == null
            || !served.sha256().equals(text.path("sha256").asText())) {
          return false;
        }
      }
    }
    return true;
  }

  /** Each file that the copied index names must have been copied too. */
  private void checkStore() throws SQLException {
    String data = Part.ARTIFACT_STORE.word() + "/data/";
    if (!files.containsKey(data + "index.db")) {
      return;
    }
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + to.resolve(data + "index.db"));
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT sha256 FROM blob WHERE id NOT IN (SELECT blob FROM small)");
        ResultSet row = select.executeQuery()) {
      while (row.next()) {
        String hex = row.getString(1);
        if (!files.containsKey(data + "blobs/" + hex.substring(0, 2) + "/" + hex)) {
          throw new CommandFailed(
              Exit.FAILED,
              "The bytes sha256:%s went while they were to be copied, or are lost: see 'newci store"
                      .formatted(hex)
                  + " check', and try again.");
        }
      }
    }
  }
}
