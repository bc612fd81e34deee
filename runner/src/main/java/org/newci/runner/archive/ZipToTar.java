package org.newci.runner.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Collections;
import java.util.function.Consumer;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/** Turns the artifacts of an earlier job into a tar that is unpacked inside the sandbox. */
public final class ZipToTar {

  private static final int MOST = 100_000;

  private ZipToTar() {}

  /**
   * Copies all plain files and folders; a name that leaves the folder is an error.
   *
   * @param limit bytes of all files together, counted as they are unpacked
   * @param warnings is told what is left out
   */
  public static void copy(Path zip, OutputStream tar, long limit, Consumer<String> warnings)
      throws IOException {
    try (ZipFile in = ZipFile.builder().setPath(zip).get();
        TarArchiveOutputStream out = new TarArchiveOutputStream(tar, "UTF-8")) {
      out.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      out.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
      long left = limit;
      int count = 0;
      for (ZipArchiveEntry entry : Collections.list(in.getEntries())) {
        check(entry.getName());
        if (++count > MOST) {
          throw new IOException("more than %d entries".formatted(MOST));
        }
        if (entry.isUnixSymlink()) {
          warnings.accept("WARNING: %s is a link and is left out".formatted(entry.getName()));
          continue;
        }
        if (entry.getSize() < 0) {
          throw new IOException("the size of %s is not given".formatted(entry.getName()));
        }
        left -= entry.isDirectory() ? 0 : entry.getSize();
        if (left < 0) {
          throw new IOException("larger than %d bytes when unpacked".formatted(limit));
        }
        add(in, entry, out);
      }
      out.finish();
    }
  }

  private static void add(ZipFile in, ZipArchiveEntry entry, TarArchiveOutputStream out)
      throws IOException {
    TarArchiveEntry target = new TarArchiveEntry(entry.getName());
    int mode = entry.getUnixMode() & 0777;
    boolean folder = entry.isDirectory();
    target.setMode(mode == 0 ? (folder ? 0755 : 0644) : mode);
    target.setModTime(entry.getTime());
    if (folder) {
      out.putArchiveEntry(target);
    } else {
      target.setSize(entry.getSize());
      out.putArchiveEntry(target);
      // The tar stream itself refuses more bytes than the entry has announced.
      try (InputStream content = in.getInputStream(entry)) {
        content.transferTo(out);
      }
    }
    out.closeArchiveEntry();
  }

  private static void check(String name) throws IOException {
    if (name.isEmpty()
        || name.startsWith("/")
        || name.indexOf('\0') >= 0
        || name.indexOf('\\') >= 0
        || ("/" + name + "/").contains("/../")) {
      throw new IOException("an entry is named '%s', which is not allowed".formatted(name));
    }
  }
}
