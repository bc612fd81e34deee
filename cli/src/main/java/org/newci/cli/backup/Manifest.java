package org.newci.cli.backup;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.newci.cli.CommandFailed;
import org.newci.cli.Exit;
import org.newci.cli.setup.PrivateFiles;
import org.newci.shell.json.Json;

/**
 * What a backup holds, in its file {@code manifest.json}; written last, so that a backup without
 * one is not whole.
 *
 * @param at when the copy was begun
 * @param folders with their modes, from the outside in
 */
record Manifest(int version, Instant at, List<Folder> folders, List<Entry> files) {

  static final int VERSION = 1;
  private static final String FILE = "manifest.json";

  /** A folder: path below the backup, and mode as in {@code rwxr-x---}. */
  record Folder(String path, String mode) {}

  /** A file. */
  record Entry(String path, String mode, long size, String sha256) {}

  void write(Path backup) {
    PrivateFiles.write(backup.resolve(FILE), Json.write(this));
  }

  /** Reads it; refuses what is no backup, or of a later version. */
  static Manifest read(Path backup) {
    Path file = backup.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      throw new CommandFailed(
          Exit.FAILED, "%s is no whole backup: it has no %s.".formatted(backup, FILE));
    }
    try {
      Manifest manifest = Json.strict().readValue(PrivateFiles.read(file), Manifest.class);
      if (manifest.version() != VERSION) {
        throw new CommandFailed(
            Exit.FAILED,
            "The backup %s is of version %d (expected %d)."
                .formatted(backup, manifest.version(), VERSION));
      }
      return manifest;
    } catch (JsonProcessingException e) {
      throw new CommandFailed(
          Exit.FAILED, "%s is not understood: %s".formatted(file, e.getOriginalMessage()));
    }
  }

  /** Where something of it lies below that folder; no path leads out of it. */
  static Path inside(Path folder, String path) {
    Path inside = folder.resolve(path).normalize();
    if (!inside.startsWith(folder) || inside.equals(folder)) {
      throw new CommandFailed(Exit.FAILED, "The backup names '%s'.".formatted(path));
    }
    return inside;
  }

  /** Makes the folder that a file is to lie in, for its owner only; one that is there stays. */
  static void makeFolderOf(Path file) {
    Path parent = file.getParent();
    if (parent != null) {
      PrivateFiles.folder(parent, "rwx------");
    }
  }

  /** Copies all of a file, at most once; answers its digest as 64 hex digits. */
  static String copy(Path from, OutputStream to) throws IOException {
    MessageDigest digest = sha256();
    try (InputStream in = Files.newInputStream(from);
        DigestOutputStream out = new DigestOutputStream(to, digest)) {
      in.transferTo(out);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  static String digest(Path file) throws IOException {
    return copy(file, OutputStream.nullOutputStream());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK has no SHA-256", e);
    }
  }
}
