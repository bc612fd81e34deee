package org.newci.store.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import org.newci.store.disk.Durable;

/**
 * One file a build. A log longer than the limit was cut there and has a last line that says so: it
 * takes nothing more.
 */
public final class LogShelf {

  private final Path folder;
  private final long limit;
  // A fixed number of locks: two builds may share one, which costs a moment and no memory.
  private final ReentrantLock[] locks =
      IntStream.range(0, 64).mapToObj(i -> new ReentrantLock()).toArray(ReentrantLock[]::new);

  private LogShelf(Path folder, long limit) {
    this.folder = folder;
    this.limit = limit;
  }

  /**
   * Opens the logs in that folder.
   *
   * @param limit bytes that a log may have
   */
  public static LogShelf open(Path folder, long limit) {
    try {
      Durable.folder(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open the logs in " + folder, e);
    }
    return new LogShelf(folder, limit);
  }

  /** Bytes of that log after an append, or before one that left a gap. */
  public sealed interface Outcome {

    /** Those bytes are in the log, now or since an earlier append, or lie beyond its limit. */
    record Kept(long size) implements Outcome {}

    /** The log ends before that offset; nothing was written. */
    record Gap(long size) implements Outcome {}
  }

  /** Sees to it that the log has these bytes at that offset; those already there are skipped. */
  public Outcome append(LogName build, long offset, ByteBuffer bytes) throws IOException {
    ReentrantLock lock = locks[Math.floorMod(build.hashCode(), locks.length)];
    lock.lock();
    try (FileChannel file =
        FileChannel.open(
            fileOf(build),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.APPEND)) {
      long size = file.size();
      if (size > limit) {
        return new Outcome.Kept(size);
      }
      if (offset > size) {
        return new Outcome.Gap(size);
      }
      int known = (int) Math.min(size - offset, bytes.remaining());
      ByteBuffer rest = bytes.slice(bytes.position() + known, bytes.remaining() - known);
      boolean cut = rest.remaining() > limit - size;
      if (cut) {
        rest.limit((int) (limit - size));
      }
      write(file, rest);
      if (cut) {
        write(file, notice());
      }
      file.force(false);
      return new Outcome.Kept(file.size());
    } finally {
      lock.unlock();
    }
  }

  /** That log, opened at its start. */
  public Optional<FileChannel> find(LogName build) throws IOException {
    try {
      return Optional.of(FileChannel.open(fileOf(build), StandardOpenOption.READ));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** Bytes of that log; 0 when there is none. */
  public long size(LogName build) throws IOException {
    try {
      return Files.size(fileOf(build));
    } catch (NoSuchFileException e) {
      return 0;
    }
  }

  /**
   * Removes the logs that were last written to before that time.
   *
   * @param dry true to leave them and only tell
   * @return the builds whose logs they are
   */
  public List<String> removeOlder(Instant before, boolean dry) throws IOException {
    List<String> gone = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.log")) {
      for (Path file : files) {
        if (Files.getLastModifiedTime(file).toInstant().isBefore(before)) {
          gone.add(String.valueOf(file.getFileName()).replaceFirst("\\.log$", ""));
          if (!dry) {
            Files.deleteIfExists(file);
          }
        }
      }
    }
    return gone;
  }

  private ByteBuffer notice() {
    String line = "\nlog limit of %d bytes reached\n".formatted(limit);
    return ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
  }

  private static void write(FileChannel file, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      file.write(bytes);
    }
  }

  private Path fileOf(LogName build) {
    return folder.resolve(build.value() + ".log");
  }
}
