package org.newci.vcs.source;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.jspecify.annotations.Nullable;
import org.newci.vcs.transport.GitThread;
import org.newci.vcs.transport.KeyedLocks;

/**
 * Keeps a bare repository per source URL, so that a second fetch brings only what is new. One fetch
 * at a time per source.
 */
public final class SourceCache {

  /**
   * A commit that is now in the cache.
   *
   * @param repository the bare repository that holds it with all its history
   * @param action what was done, as a short sentence
   */
  public record Fetched(Path repository, ObjectId commit, String action) {}

  private final Path root;
  private final Sources sources;
  private final KeyedLocks locks = new KeyedLocks();

  public SourceCache(Path root, Sources sources) {
    this.root = root;
    this.sources = sources;
  }

  /**
   * Brings the commit that the ref names, or the pinned one, into the cache.
   *
   * @param pinned the commit that the ref was resolved to earlier; the ref may have moved since
   */
  public Fetched fetch(SourceUrl url, WantedRef ref, @Nullable ObjectId pinned)
      throws SourceFailure, InterruptedException {
    WantedRef wanted = pinned == null ? ref : new WantedRef.Commit(pinned.name(), pinned);
    Path folder = root.resolve(key(url) + ".git");
    try (var _ = locks.hold(folder.toString())) {
      return GitThread.call(
          "fetch " + url.host(),
          sources.limits().whole(),
          () -> {
            try (Repository cache = open(folder, url)) {
              return new SourceFetch(sources, cache, url).bring(wanted, folder);
            }
          });
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      throw FetchFailures.of(url, sources.limits(), e);
    }
  }

  /** Opens a cache's repository for reading. */
  public static Repository open(Path folder) throws IOException {
    return new FileRepositoryBuilder().setGitDir(folder.toFile()).setBare().build();
  }

  private static Repository open(Path folder, SourceUrl url) throws IOException {
    Repository cache = open(folder);
    if (!Files.exists(folder.resolve("config"))) {
      Files.createDirectories(folder);
      cache.create(true);
      Files.writeString(folder.resolve("description"), url.text() + "\n");
    }
    return cache;
  }

  private static String key(SourceUrl url) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(url.text().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK has no SHA-256", e);
    }
  }
}
