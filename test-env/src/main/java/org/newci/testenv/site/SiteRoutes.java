package org.newci.testenv.site;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.net.FileNameMap;
import java.net.URLConnection;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.newci.shell.edge.PathName;
import org.newci.shell.problem.Problem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET} and {@code HEAD} of the plain files right in the site's folder. Names that begin with
 * a dot (records, uploads under way), links and folders are as good as absent. A file is opened
 * once and answered from there, so that a replacement meanwhile does not mix two versions.
 */
public final class SiteRoutes {

  private static final Logger LOG = LoggerFactory.getLogger(SiteRoutes.class);
  private static final FileNameMap TYPES = URLConnection.getFileNameMap();
  private static final int BUFFER = 256 * 1024;

  private final Path site;

  public SiteRoutes(Path site) {
    this.site = site;
  }

  /** The bytes of that file. */
  public void get(Context ctx) throws IOException {
    String name = PathName.below(ctx, "/");
    try (FileChannel file = open(name)) {
      headers(ctx, name, file);
      send(file, ctx.res().getOutputStream());
    }
  }

  /** The size and type of that file. */
  public void head(Context ctx) throws IOException {
    String name = PathName.below(ctx, "/");
    try (FileChannel file = open(name)) {
      headers(ctx, name, file);
    }
  }

  private FileChannel open(String name) throws IOException {
    Path file;
    try {
      file = site.resolve(name);
    } catch (InvalidPathException e) {
      throw absent(name);
    }
    boolean plain =
        !name.isEmpty()
            && !name.startsWith(".")
            && name.indexOf('/') < 0
            && name.indexOf('\\') < 0
            && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    if (!plain) {
      throw absent(name);
    }
    try {
      return FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      throw absent(name);
    }
  }

  private static void headers(Context ctx, String name, FileChannel file) throws IOException {
    String type = TYPES.getContentTypeFor(name);
    ctx.header("X-Content-Type-Options", "nosniff");
    ctx.header("Cache-Control", "no-cache");
    ctx.contentType(type == null ? "application/octet-stream" : type);
    ctx.res().setContentLengthLong(file.size());
  }

  private static void send(FileChannel file, OutputStream out) throws IOException {
    byte[] buffer = new byte[(int) Math.min(BUFFER, Math.max(1, file.size()))];
    ByteBuffer view = ByteBuffer.wrap(buffer);
    for (int n = file.read(view); n >= 0; n = file.read(view.clear())) {
      try {
        out.write(buffer, 0, n);
      } catch (IOException e) {
        LOG.debug("a reader went away", e);
        return;
      }
    }
  }

  private static Problem absent(String name) {
    return Problem.notFound("There is no file '%s' on this site.".formatted(name));
  }
}
