package org.newci.cli.backup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.newci.cli.CommandFailed;
import org.newci.cli.Exit;
import org.newci.cli.setup.DataFolder;
import org.newci.cli.setup.PrivateFiles;

/** The way back from a backup to a data folder. */
public final class Restore {

  private Restore() {}

  /**
   * Checks all of a backup and copies it to a folder that is empty or absent.
   *
   * @throws CommandFailed with the first thing that is wrong; nothing was restored then
   */
  public static Backup.Size to(DataFolder folder, Path backup) {
    Path from = backup.toAbsolutePath().normalize();
    Manifest manifest = Manifest.read(from);
    checkEmpty(folder.dir());
    try {
      for (Manifest.Entry file : manifest.files()) {
        check(from, file);
      }
      PrivateFiles.folder(folder.dir(), "rwxr-xr-x");
      for (Manifest.Folder one : manifest.folders()) {
        PrivateFiles.folder(Manifest.inside(folder.dir(), one.path()), one.mode());
      }
      long bytes = 0;
      for (Manifest.Entry file : manifest.files()) {
        copy(Manifest.inside(from, file.path()), Manifest.inside(folder.dir(), file.path()), file);
        bytes += file.size();
      }
      return new Backup.Size(manifest.files().size(), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot restore %s to %s".formatted(backup, folder), e);
    }
  }

  /** Refuses a folder with something in it. */
  static void checkEmpty(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> inside = Files.list(folder)) {
      if (inside.findAny().isPresent()) {
        throw new CommandFailed(
            Exit.FAILED, "%s is not empty (expected an empty folder or none).".formatted(folder));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look into " + folder, e);
    }
  }

  private static void check(Path from, Manifest.Entry file) throws IOException {
    Path copy = Manifest.inside(from, file.path());
    if (!Files.isRegularFile(copy)) {
      throw new CommandFailed(
          Exit.FAILED, "The backup lacks %s; nothing was restored.".formatted(file.path()));
    }
    String digest = Manifest.digest(copy);
    if (!digest.equals(file.sha256())) {
      throw new CommandFailed(
          Exit.FAILED,
          "The backup's %s has the digest sha256:%s (expected sha256:%s); nothing was restored."
              .formatted(file.path(), digest, file.sha256()));
    }
  }

  private static void copy(Path from, Path to, Manifest.Entry file) throws IOException {
    Manifest.makeFolderOf(to);
    // With its mode from the first byte on: it may be a key.
    try (FileChannel out =
            FileChannel.open(
                to,
                java.util.Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(
                    PosixFilePermissions.fromString("rw-------")));
        FileChannel in = FileChannel.open(from, StandardOpenOption.READ)) {
      long at = 0;
      while (at < file.size()) {
        at += in.transferTo(at, file.size() - at, out);
      }
      out.force(true);
    }
    Files.setPosixFilePermissions(to, PosixFilePermissions.fromString(file.mode()));
  }
}
