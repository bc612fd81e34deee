package org.newci.cli.setup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/** Files that nobody else may read, replaced as a whole; and folders with their modes. */
public final class PrivateFiles {

  private static final int REMOVALS = 5;

  private PrivateFiles() {}

  /** Writes the file with mode 0600: beside, synced, then renamed over it. */
  public static void write(Path file, String text) {
    write(file, text, "rw-------");
  }

  /** The same, for what everybody may read. */
  public static void writePublic(Path file, String text) {
    write(file, text, "rw-r--r--");
  }

  private static void write(Path file, String text, String mode) {
    Path beside = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID());
    Set<PosixFilePermission> permissions = PosixFilePermissions.fromString(mode);
    FileAttribute<?> attribute = PosixFilePermissions.asFileAttribute(permissions);
    try {
      try (FileChannel out =
          FileChannel.open(
              beside, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attribute)) {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
          out.write(bytes);
        }
        out.force(true);
      }
      Files.setPosixFilePermissions(beside, permissions);
      Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    } finally {
      deleteQuietly(beside);
    }
  }

  private static void deleteQuietly(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + file, e);
    }
  }

  /** Makes the folder, and those above it, with that mode; one that is there keeps its own. */
  public static Path folder(Path dir, String mode) {
    try {
      if (Files.isDirectory(dir)) {
        return dir;
      }
      Path parent = dir.getParent();
      if (parent != null && !Files.isDirectory(parent)) {
        Files.createDirectories(parent);
      }
      Set<PosixFilePermission> permissions = PosixFilePermissions.fromString(mode);
      Files.createDirectory(dir, PosixFilePermissions.asFileAttribute(permissions));
      // The umask may have taken something away.
      return Files.setPosixFilePermissions(dir, permissions);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the folder " + dir, e);
    }
  }

  /** The file's text. */
  public static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  /** Removes the folder and what is in it; links are removed, not followed. */
  public static void removeTree(Path dir) {
    for (int tries = 1; Files.exists(dir, LinkOption.NOFOLLOW_LINKS); tries++) {
      try (Stream<Path> tree = Files.walk(dir)) {
        List<Path> deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
        for (Path path : deepestFirst) {
          Files.deleteIfExists(path);
        }
      } catch (IOException | UncheckedIOException e) {
        // A process on its way out may still take away, or add, what we have just listed.
        if (tries == REMOVALS) {
          throw new IllegalStateException("cannot remove " + dir, e);
        }
      }
    }
  }
}
