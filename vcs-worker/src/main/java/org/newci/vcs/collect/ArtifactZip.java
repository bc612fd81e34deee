package org.newci.vcs.collect;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.newci.shell.problem.Problem;

/**
 * A zip of job artifacts, made by somebody's build and so not to be believed: links, absolute
 * paths, paths with {@code ..} and doubled entries are refused, and so is what expands too far.
 */
final class ArtifactZip implements AutoCloseable {

  static final int MOST_ENTRIES = 10_000;

  private final String job;
  private final ZipFile zip;
  private final Map<String, ZipArchiveEntry> files = new LinkedHashMap<>();

  private ArtifactZip(String job, ZipFile zip) {
    this.job = job;
    this.zip = zip;
  }

  /**
   * Opens it and checks all of its directory.
   *
   * @param most bytes that all of it may expand to
   */
  static ArtifactZip open(String job, Path file, long most) throws IOException {
    ZipFile zip;
    try {
      zip = ZipFile.builder().setSeekableByteChannel(Files.newByteChannel(file)).get();
    } catch (IOException | IllegalArgumentException e) {
      throw refused("The artifacts of job '%s' are not a zip that can be read.".formatted(job));
    }
    ArtifactZip opened = new ArtifactZip(job, zip);
    try {
      opened.check(most);
      return opened;
    } catch (Problem e) {
      opened.close();
      throw e;
    }
  }

  private void check(long most) {
    long bytes = 0;
    int count = 0;
    Enumeration<ZipArchiveEntry> entries = zip.getEntries();
    while (entries.hasMoreElements()) {
      ZipArchiveEntry entry = entries.nextElement();
      count++;
      bytes += Math.max(0, entry.getSize());
      if (count > MOST_ENTRIES || bytes > most) {
        throw Problem.unprocessable(
            "artifact-too-large",
            "The artifacts of job '%s' have more than %d entries or %d bytes."
                .formatted(job, MOST_ENTRIES, most));
      }
      checkEntry(entry);
      if (!entry.isDirectory() && files.put(entry.getName(), entry) != null) {
        throw refused(entry, "it is there twice");
      }
    }
  }

  private void checkEntry(ZipArchiveEntry entry) {
    String name = entry.getName();
    int kind = entry.getUnixMode() & 0170000;
    boolean plain = kind == 0 || kind == 0100000 || kind == 0040000;
    if (entry.isUnixSymlink() || !plain) {
      throw refused(entry, "it is a link or a device");
    }
    if (name.startsWith("/") || name.contains("\\") || name.matches("[A-Za-z]:.*")) {
      throw refused(entry, "its path is absolute or has a backslash");
    }
    if (Arrays.asList(name.split("/", -1)).contains("..")) {
      throw refused(entry, "its path leads upwards");
    }
    if (name.isEmpty() || name.chars().anyMatch(c -> c < ' ' || c == 127)) {
      throw refused(entry, "its name has control characters");
    }
  }

  /** Paths of the files in it. */
  Set<String> paths() {
    return files.keySet();
  }

  /** Bytes of that file, by the zip's directory. */
  long size(String path) {
    return entry(path).getSize();
  }

  /** CRC-32 of that file, by the zip's directory. */
  long crc(String path) {
    return entry(path).getCrc();
  }

  /** The bytes of that file; reading fails where there are more of them than the directory says. */
  InputStream bytes(String path) throws IOException {
    ZipArchiveEntry entry = entry(path);
    if (!zip.canReadEntryData(entry)) {
      throw refused(entry, "it is packed in an unknown way, or encrypted");
    }
    return new ExactStream(zip.getInputStream(entry), entry.getSize());
  }

  private ZipArchiveEntry entry(String path) {
    ZipArchiveEntry entry = files.get(path);
    if (entry == null) {
      throw new IllegalArgumentException("no entry " + path);
    }
    return entry;
  }

  private Problem refused(ZipArchiveEntry entry, String why) {
    return refused(
        "The entry '%s' in the artifacts of job '%s' is refused: %s."
            .formatted(entry.getName(), job, why));
  }

  private static Problem refused(String sentence) {
    return Problem.unprocessable("artifact-refused", sentence);
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
