package org.newci.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Which of several deploy workers this is: the file {@code worker} in its data folder, made at the
 * first start. It is locked while the worker runs, so that no two have one id.
 */
final class WorkerId implements AutoCloseable {

  private static final int BYTES = 8;

  private final FileChannel file;
  private final String id;

  private WorkerId(FileChannel file, String id) {
    this.file = file;
    this.id = id;
  }

  /**
   * Takes the id of that data folder.
   *
   * @throws IllegalArgumentException when another worker has it
   */
  static WorkerId take(Path data) {
    Path path = data.resolve("worker");
    try {
      FileChannel file =
          FileChannel.open(
              path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      if (lock(file) == null) {
        file.close();
        throw new IllegalArgumentException(
            "The data folder %s is in use by another deploy worker.".formatted(data));
      }
      return new WorkerId(file, read(file));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open " + path, e);
    }
  }

  private static @Nullable FileLock lock(FileChannel file) throws IOException {
    try {
      return file.tryLock();
    } catch (OverlappingFileLockException sameJvm) {
      return null;
    }
  }

  private static String read(FileChannel file) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(2 * BYTES);
    while (bytes.hasRemaining() && file.read(bytes, bytes.position()) >= 0) {
      // Once is enough for so few bytes; a loop is what the interface asks for.
    }
    String id = new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII);
    if (id.matches("[0-9a-f]{%d}".formatted(2 * BYTES))) {
      return id;
    }
    byte[] made = new byte[BYTES];
    new SecureRandom().nextBytes(made);
    String fresh = HexFormat.of().formatHex(made);
    file.truncate(0);
    file.write(ByteBuffer.wrap(fresh.getBytes(StandardCharsets.US_ASCII)), 0);
    file.force(true);
    return fresh;
  }

  /** The id: 16 hex digits. */
  String value() {
    return id;
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
