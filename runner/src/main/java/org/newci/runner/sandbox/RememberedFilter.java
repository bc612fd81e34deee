package org.newci.runner.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The filter of system calls of an earlier start, where everything that it was made from is the
 * same: to make it takes longer than the rest of the sandbox. Beside it a note says what it was
 * made from, and its digest.
 */
final class RememberedFilter {

  private static final List<String> PLACES =
      List.of("/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib");

  private RememberedFilter() {}

  /** Has the filter in that file; fails with a sentence when there is no libseccomp. */
  static void write(Path file) throws IOException {
    Optional<Path> library =
        PLACES.stream()
            .map(place -> Path.of(place, "libseccomp.so.2"))
            .filter(Files::exists)
            .findFirst();
    write(file, library.isPresent() ? origin(library.get()) : "");
  }

  /**
   * The same.
   *
   * @param origin stands for what it is made from; empty where that is not known
   */
  static void write(Path file, String origin) throws IOException {
    Path note = file.resolveSibling(file.getFileName() + ".origin");
    if (!origin.isEmpty()
        && Files.exists(file)
        && Files.exists(note)
        && Files.readString(note).equals(origin + " " + sha256(Files.readAllBytes(file)))) {
      return;
    }
    Files.deleteIfExists(note);
    SystemCallFilter.write(file);
    if (!origin.isEmpty()) {
      Files.writeString(note, origin + " " + sha256(Files.readAllBytes(file)));
    }
  }

  /** The rules, the library, and the kernel that it looks at. */
  private static String origin(Path library) throws IOException {
    Path real = library.toRealPath();
    String machine =
        "%s %d %s %s %s"
            .formatted(
                real,
                Files.size(real),
                Files.getLastModifiedTime(real),
                System.getProperty("os.arch"),
                System.getProperty("os.version"));
    return sha256(machine.getBytes(StandardCharsets.UTF_8)) + " " + sha256(rules());
  }

  private static byte[] rules() throws IOException {
    try (InputStream in = SystemCallFilter.class.getResourceAsStream("SystemCallFilter.class")) {
      if (in == null) {
        throw new IOException("the class of the filter is missing");
      }
      return in.readAllBytes();
    }
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
