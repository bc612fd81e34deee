package org.newci.runner.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.Deflater;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;

/**
 * Makes the zip that GitLab wants from the tar that comes out of a sandbox. Only plain files and
 * folders that were asked for go in.
 */
public final class TarToZip {

  private static final int FILE = 0100000;
  private static final int FOLDER = 0040000;

  private TarToZip() {}

  /**
   * Copies all of it; fails when something else than expected is in it.
   *
   * @param limit bytes of all files together
   */
  public static void copy(InputStream tar, OutputStream zip, List<String> expected, long limit)
      throws IOException {
    Set<String> allowed = new HashSet<>(expected);
    long total = 0;
    TarArchiveInputStream in = new TarArchiveInputStream(tar, "UTF-8");
    ZipArchiveOutputStream out = new ZipArchiveOutputStream(zip);
    out.setLevel(Deflater.BEST_SPEED);
    out.setEncoding("UTF-8");
    for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
      String name = allowedName(entry, allowed);
      total += entry.isDirectory() ? 0 : entry.getSize();
      checkSize(total, limit);
      ZipArchiveEntry target = new ZipArchiveEntry(entry.isDirectory() ? name + "/" : name);
      target.setTime(entry.getLastModifiedTime());
      target.setUnixMode((entry.isDirectory() ? FOLDER : FILE) | (entry.getMode() & 0777));
      if (plainFile(entry)) {
        target.setSize(entry.getSize());
      }
      out.putArchiveEntry(target);
      if (plainFile(entry)) {
        in.transferTo(out);
      }
      out.closeArchiveEntry();
    }
    out.finish();
    out.flush();
  }

  /** The entry's name, when it is a plain file or folder that was asked for. */
  static String allowedName(TarArchiveEntry entry, Set<String> allowed) throws IOException {
    String name = entry.getName().replaceAll("/$", "");
    if (!allowed.contains(name) || !(plainFile(entry) || entry.isDirectory())) {
      throw new IOException("the archive holds %s, which was not asked for".formatted(name));
    }
    return name;
  }

  static void checkSize(long total, long limit) throws IOException {
    if (total > limit) {
      throw new IOException("the artifacts are larger than %d bytes".formatted(limit));
    }
  }

  private static boolean plainFile(TarArchiveEntry entry) {
    // The library's isFile() is also true for devices and pipes.
    byte kind = entry.getLinkFlag();
    return (kind == TarConstants.LF_NORMAL || kind == TarConstants.LF_OLDNORM) && !entry.isSparse();
  }
}
