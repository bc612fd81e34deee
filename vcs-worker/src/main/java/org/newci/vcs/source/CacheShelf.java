package org.newci.vcs.source;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.Repository;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folders of the cache: which are in use, when each was used last, and how many bytes they have
 * together. One in use is never touched.
 */
final class CacheShelf {

  /** A repository with more packs is packed anew. */
  private static final int MOST_PACKS = 20;

  private static final String USED = "last-used";
  private static final Logger LOG = LoggerFactory.getLogger(CacheShelf.class);

  private record Book(Path folder, FileTime used, long bytes) {}

  private final Path root;
  private final long limit;
  private final Map<Path, Integer> users = new HashMap<>();

  CacheShelf(Path root, long limit) {
    this.root = root;
    this.limit = limit;
  }

  /** Keeps a folder from being taken away until it is closed. */
  interface Use extends AutoCloseable {
    @Override
    void close();
  }

  synchronized Use use(Path folder) {
    users.merge(folder, 1, Integer::sum);
    boolean[] over = new boolean[1];
    return () -> {
      synchronized (this) {
        if (!over[0]) {
          over[0] = true;
          users.computeIfPresent(folder, (key, count) -> count == 1 ? null : count - 1);
        }
      }
    };
  }

  /** After a fetch: notes the use, packs the repository, and makes room. */
  void tidy(Path folder) {
    try {
      Path mark = folder.resolve(USED);
      if (!Files.exists(mark)) {
        Files.createFile(mark);
      }
      Files.setLastModifiedTime(mark, FileTime.from(Clock.systemUTC().instant()));
      pack(folder);
      makeRoom();
    } catch (IOException | UncheckedIOException e) {
      LOG.warn("the cache could not be tidied after {}", folder.getFileName(), e);
    }
  }

  private void pack(Path folder) throws IOException {
    Path packs = folder.resolve("objects/pack");
    if (!Files.isDirectory(packs) || isUsedByOthers(folder)) {
      return;
    }
    long count;
    try (Stream<Path> files = Files.list(packs)) {
      count = files.filter(file -> file.getFileName().toString().endsWith(".pack")).count();
    }
    if (count > MOST_PACKS) {
      try (Repository repository = SourceCache.open(folder);
          Git git = Git.wrap(repository)) {
        // Nobody else reads here, so what is packed anew need not be kept for an hour as well.
        repository.getConfig().setString("gc", null, "prunePackExpire", "now");
        git.gc().call();
      } catch (GitAPIException e) {
        throw new IOException("cannot pack " + folder, e);
      }
    }
  }

  private synchronized boolean isUsedByOthers(Path folder) {
    return users.getOrDefault(folder, 0) > 1;
  }

  /** Takes away what was used longest ago and is not in use, until the rest fits. */
  private synchronized void makeRoom() throws IOException {
    List<Book> books;
    try (Stream<Path> folders = Files.list(root)) {
      books =
          folders
              .filter(Files::isDirectory)
              .map(CacheShelf::book)
              .sorted(Comparator.comparing(Book::used))
              .toList();
    }
    long bytes = books.stream().mapToLong(Book::bytes).sum();
    for (Book book : books) {
      if (bytes > limit && !users.containsKey(book.folder())) {
        remove(book.folder());
        bytes -= book.bytes();
        LOG.info("took {} with {} bytes out of the cache", book.folder().getFileName(), bytes);
      }
    }
  }

  private static Book book(Path folder) {
    Path mark = folder.resolve(USED);
    try (Stream<Path> files = Files.walk(folder)) {
      long bytes = files.filter(Files::isRegularFile).mapToLong(f -> f.toFile().length()).sum();
      return new Book(folder, Files.getLastModifiedTime(Files.exists(mark) ? mark : folder), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look into " + folder, e);
    }
  }

  /** Removes a folder with all in it; nothing when it is not there. */
  static void remove(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
