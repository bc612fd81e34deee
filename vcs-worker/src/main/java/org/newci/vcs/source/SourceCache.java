package org.newci.vcs.source;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.jspecify.annotations.Nullable;
import org.newci.vcs.transport.GitThread;
import org.newci.vcs.transport.KeyedLocks;

/**
 * Keeps a bare repository per source URL and credential, so that a second fetch brings only what is
 * new, and what one credential opened is not given to who has none. One fetch at a time per source;
 * what was not used for longest goes when the whole grows over its limit.
 */
public final class SourceCache {

  /** Fetches of one server at a time, and in all. */
  private static final int OF_SERVER = 4;

  private static final int IN_ALL = 64;

  /** With less than that a disk counts as full: even an empty repository takes ten small files. */
  private static final long LEAST_SPACE = 64 * 1024;

  /** Bytes kept where nothing else is said: 10 GiB. */
  public static final long DEFAULT_BYTES = 10L * 1024 * 1024 * 1024;

  /**
   * A commit that is now in the cache, and stays there until this is closed.
   *
   * @param repository the bare repository that holds it with all its history
   */
  public record Fetched(Path repository, Brought brought, CacheShelf.Use use)
      implements AutoCloseable {

    public ObjectId commit() {
      return brought.commit();
    }

    /** What was done, as a short sentence. */
    public String action() {
      return brought.action();
    }

    /** Full name of the ref that it is; null when it was asked for by its id. */
    public @Nullable String ref() {
      return brought.ref();
    }

    /** The tags in its recent history: what each name, without {@code refs/tags/}, stands for. */
    public Map<String, ObjectId> tags() {
      return brought.tags();
    }

    @Override
    public void close() {
      use.close();
    }
  }

  /** A commit, what was done for it, the ref that was found, and the tags near it. */
  public record Brought(
      ObjectId commit, String action, @Nullable String ref, Map<String, ObjectId> tags) {

    Brought(ObjectId commit, String action, @Nullable String ref) {
      this(commit, action, ref, Map.of());
    }

    Brought with(Map<String, ObjectId> near) {
      return new Brought(commit, action, ref, near);
    }

    Brought called(@Nullable String name) {
      return new Brought(commit, action, name, tags);
    }
  }

  private final Path root;
  private final Sources sources;
  private final KeyedLocks locks = new KeyedLocks();
  private final FetchSlots slots = new FetchSlots(OF_SERVER, IN_ALL);
  private final CacheShelf shelf;

  public SourceCache(Path root, Sources sources) {
    this(root, sources, DEFAULT_BYTES);
  }

  /**
   * A cache in that folder.
   *
   * @param bytes more than that are not kept for long
   */
  public SourceCache(Path root, Sources sources, long bytes) {
    this.root = root;
    this.sources = sources;
    this.shelf = new CacheShelf(root, bytes);
  }

  /** Without a credential. */
  public Fetched fetch(SourceUrl url, WantedRef ref, @Nullable ObjectId pinned)
      throws SourceFailure, InterruptedException {
    return fetch(Origin.open(url), ref, pinned);
  }

  /**
   * Brings the commit that the ref names, or the pinned one, into the cache.
   *
   * @param pinned the commit that the ref was resolved to earlier; the ref may have moved since
   */
  public Fetched fetch(Origin origin, WantedRef ref, @Nullable ObjectId pinned)
      throws SourceFailure, InterruptedException {
    SourceUrl url = origin.url();
    WantedRef wanted = pinned == null ? ref : new WantedRef.Commit(pinned.name(), pinned);
    Path folder = root.resolve(key(url, origin.credential()) + ".git");
    CacheShelf.Use use = shelf.use(folder);
    boolean done = false;
    try (var _ = locks.hold(folder.toString());
        var _ = slots.take(url.place())) {
      Brought brought =
          GitThread.call(
              "fetch " + url.host(),
              sources.limits().whole(),
              () -> {
                try (Repository cache = open(folder, url)) {
                  Brought fresh = new SourceFetch(sources, cache, origin).bring(wanted);
                  SourceTree.requireNoLfs(cache, fresh.commit(), url);
                  return fresh;
                }
              });
      done = true;
      shelf.tidy(folder);
      String found = pinned == null ? brought.ref() : ref.whenPinned();
      return new Fetched(folder, brought.called(found), use);
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      SourceFailure failure = FetchFailures.of(url, sources.limits(), e);
      throw failure.kind() == SourceFailure.Kind.BROKEN && isFull()
          ? FetchFailures.noSpace(url, e)
          : failure;
    } finally {
      if (!done) {
        use.close();
      }
    }
  }

  /** Opens a cache's repository for reading. */
  public static Repository open(Path folder) throws IOException {
    return new FileRepositoryBuilder().setGitDir(folder.toFile()).setBare().build();
  }

  private static Repository open(Path folder, SourceUrl url) throws IOException {
    if (!Files.exists(folder.resolve("config"))) {
      // What a full disk or a loss of power left half made: its config would have come last.
      CacheShelf.remove(folder);
      Files.createDirectories(folder);
      Files.writeString(folder.resolve("description"), url.text() + "\n");
      try (Repository fresh = open(folder)) {
        fresh.create(true);
      }
    }
    return open(folder);
  }

  /** Not all that JGit throws when there is no space says so. */
  private boolean isFull() {
    try {
      return Files.getFileStore(root).getUsableSpace() < LEAST_SPACE;
    } catch (IOException e) {
      return false;
    }
  }

  private static String key(SourceUrl url, @Nullable Credential credential) {
    String opened = credential == null ? "" : "\n" + credential.name();
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest((url.text() + opened).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK has no SHA-256", e);
    }
  }
}
