package org.newci.runner.cache;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Caches of jobs on the runner's disk: one file for each project and key, whose names are digests,
 * for keys are a stranger's words. The files are what tar wrote in a sandbox, are unpacked in a
 * sandbox, and are never looked into. When all together are too large, those that were not used for
 * the longest time go. Safe for several threads.
 */
public final class CacheStore {

  private static final Logger LOG = LoggerFactory.getLogger(CacheStore.class);

  private final Path folder;
  private final long mostBytes;
  private final Clock clock;

  /**
   * @param mostBytes of all caches together, and of any of them
   */
  public CacheStore(Path folder, long mostBytes, Clock clock) {
    this.folder = folder;
    this.mostBytes = mostBytes;
    this.clock = clock;
    try {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      for (Path half : files(".part")) {
        Files.delete(half);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot keep caches below " + folder, e);
    }
  }

  /** That cache, to be closed; empty when there is none. */
  public Optional<InputStream> open(String project, String key) throws IOException {
    Path file = file(project, key);
    try {
      InputStream in = Files.newInputStream(file);
      Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
      return Optional.of(in);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** What writes a cache. */
  public interface Content {
    void writeTo(OutputStream out) throws IOException, InterruptedException;
  }

  /** Keeps a cache in the place of the one before; that stays when the content fails. */
  public long put(String project, String key, Content content)
      throws IOException, InterruptedException {
    Path half = Files.createTempFile(folder, "new-", ".part");
    try {
      try (OutputStream out = new Bounded(Files.newOutputStream(half), mostBytes)) {
        content.writeTo(out);
      }
      long size = Files.size(half);
      Files.setLastModifiedTime(half, FileTime.from(clock.instant()));
      synchronized (this) {
        Files.move(half, file(project, key), StandardCopyOption.ATOMIC_MOVE);
        makeRoom();
      }
      return size;
    } finally {
      Files.deleteIfExists(half);
    }
  }

  private void makeRoom() throws IOException {
    record Kept(Path file, BasicFileAttributes attributes) {}
    List<Kept> kept =
        files(".tar").stream()
            .map(
                file -> {
                  try {
                    return new Kept(file, Files.readAttributes(file, BasicFileAttributes.class));
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                })
            .sorted(Comparator.comparing((Kept one) -> one.attributes().lastModifiedTime()))
            .toList();
    long total = kept.stream().mapToLong(one -> one.attributes().size()).sum();
    for (Kept oldest : kept) {
      if (total <= mostBytes) {
        return;
      }
      LOG.info(
          "The cache {} goes: all together are larger than {} bytes.", oldest.file(), mostBytes);
      Files.deleteIfExists(oldest.file());
      total -= oldest.attributes().size();
    }
  }

  private List<Path> files(String ending) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(file -> file.toString().endsWith(ending)).toList();
    }
  }

  private Path file(String project, String key) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update(project.getBytes(StandardCharsets.UTF_8));
      sha.update((byte) 0);
      byte[] digest = sha.digest(key.getBytes(StandardCharsets.UTF_8));
      return folder.resolve(HexFormat.of().formatHex(digest, 0, 20) + ".tar");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Takes so many bytes and then fails. */
  private static final class Bounded extends OutputStream {

    private final OutputStream out;
    private final long most;
    private long count;

    Bounded(OutputStream out, long most) {
      this.out = out;
      this.most = most;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      count += length;
      if (count > most) {
        throw new IOException("the cache is larger than %d bytes".formatted(most));
      }
      out.write(bytes, from, length);
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}
