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
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipParameters;

/**
 * Makes what GitLab wants for reports from the tar that comes out of a sandbox: each file as a
 * member of one gzip file (RFC 1952, 2.2) that knows its name, or one file as it is.
 */
public final class TarToFiles {

  private TarToFiles() {}

  /** A gzip file with a member for each plain file; fails as {@link TarToZip} does. */
  public static void gzip(InputStream tar, OutputStream out, List<String> expected, long limit)
      throws IOException {
    each(
        tar,
        expected,
        limit,
        (name, content) -> {
          GzipParameters member = new GzipParameters();
          member.setFileName(name.substring(name.lastIndexOf('/') + 1));
          member.setComment(name.chars().allMatch(c -> c < 128) ? name : null);
          member.setCompressionLevel(Deflater.BEST_SPEED);
          GzipCompressorOutputStream zipped = new GzipCompressorOutputStream(out, member);
          content.transferTo(zipped);
          zipped.finish();
        });
    out.flush();
  }

  /** The one plain file; it is an error when there are several. */
  public static void raw(InputStream tar, OutputStream out, List<String> expected, long limit)
      throws IOException {
    int[] count = {0};
    each(
        tar,
        expected,
        limit,
        (name, content) -> {
          if (++count[0] > 1) {
            throw new IOException("the artifacts are several files, and raw means one");
          }
          content.transferTo(out);
        });
    out.flush();
  }

  private interface Use {
    void accept(String name, InputStream content) throws IOException;
  }

  private static void each(InputStream tar, List<String> expected, long limit, Use use)
      throws IOException {
    Set<String> allowed = new HashSet<>(expected);
    long total = 0;
    TarArchiveInputStream in = new TarArchiveInputStream(tar, "UTF-8");
    for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
      String name = TarToZip.allowedName(entry, allowed);
      if (!entry.isDirectory()) {
        total += entry.getSize();
        TarToZip.checkSize(total, limit);
        use.accept(name, in);
      }
    }
  }
}
