package org.newci.standin.git;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.RepositoryCache;
import org.eclipse.jgit.lib.RepositoryCache.FileKey;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevObject;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.util.FS;

/** One bare repository a project, in a folder named by the project's number. */
public final class Repositories {

  private static final int LARGEST_CI_FILE = 1024 * 1024;

  private static final int MOST_KNOWN_COMMITS = 200;

  private record CommitKey(long projectId, String id) {}

  private final Path root;
  private final Packing packing = new Packing();
  // A commit never changes, and each of its jobs and events asks for it.
  private final Map<CommitKey, Commit> commits =
      Collections.synchronizedMap(
          new LinkedHashMap<>(MOST_KNOWN_COMMITS, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<CommitKey, Commit> eldest) {
              return size() > MOST_KNOWN_COMMITS;
            }
          });

  public Repositories(Path root) {
    this.root = root;
  }

  private Path folder(long projectId) {
    return root.resolve(projectId + ".git");
  }

  /** Makes an empty one, in place of what a full disk or a loss of power had left of it. */
  public void create(long projectId) {
    if (Files.exists(folder(projectId))) {
      remove(projectId);
    }
    try (Repository repository = builder(projectId).build()) {
      repository.create(true);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the repository " + projectId, e);
    }
  }

  /** Opens it; the caller closes. JGit keeps it ready for the next one, with what it knows. */
  public Repository open(long projectId) throws IOException {
    return RepositoryCache.open(key(projectId), true);
  }

  private FileKey key(long projectId) {
    return FileKey.exact(folder(projectId).toFile(), FS.DETECTED);
  }

  private FileRepositoryBuilder builder(long projectId) {
    return new FileRepositoryBuilder().setGitDir(folder(projectId).toFile()).setBare();
  }

  /** Removes it; nothing when it is gone. */
  public void remove(long projectId) {
    commits.keySet().removeIf(key -> key.projectId() == projectId);
    RepositoryCache.unregister(key(projectId));
    packing.meanwhileNot(() -> removeTree(folder(projectId)));
  }

  /** After a push: packs it anew in the background when too many pushes each left a pack. */
  public void pushed(long projectId) {
    packing.pushed(folder(projectId));
  }

  /** Removes a folder with all in it; nothing when it is not there. */
  public static void removeTree(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + folder, e);
    }
  }

  /** The commit of that id, or of the annotated tag with that id. */
  public Optional<Commit> commit(long projectId, String id) {
    CommitKey key = new CommitKey(projectId, id);
    Commit known = commits.get(key);
    if (known != null) {
      return Optional.of(known);
    }
    Optional<Commit> read = readCommit(projectId, id);
    read.ifPresent(commit -> commits.put(key, commit));
    return read;
  }

  private Optional<Commit> readCommit(long projectId, String id) {
    try (Repository repository = open(projectId);
        RevWalk walk = new RevWalk(repository)) {
      RevObject object = walk.peel(walk.parseAny(ObjectId.fromString(id)));
      return object instanceof RevCommit commit
          ? Optional.of(Commit.of(walk.parseCommit(commit)))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** A text file of that commit; empty when it has none at that path. */
  public Optional<String> file(long projectId, String commit, String path) {
    try (Repository repository = open(projectId);
        RevWalk walk = new RevWalk(repository);
        TreeWalk tree =
            TreeWalk.forPath(
                repository, path, walk.parseCommit(ObjectId.fromString(commit)).getTree())) {
      if (tree == null || !isFile(tree.getFileMode(0))) {
        return Optional.empty();
      }
      ObjectLoader blob = repository.open(tree.getObjectId(0), Constants.OBJ_BLOB);
      return Optional.of(new String(blob.getCachedBytes(LARGEST_CI_FILE), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read %s of %s".formatted(path, commit), e);
    }
  }

  static boolean isFile(FileMode mode) {
    return mode.equals(FileMode.REGULAR_FILE) || mode.equals(FileMode.EXECUTABLE_FILE);
  }

  /** What that ref (full name) points at: a commit, or an annotated tag. */
  public Optional<String> ref(long projectId, String name) {
    if (!Repository.isValidRefName(name)) {
      return Optional.empty();
    }
    try (Repository repository = open(projectId)) {
      return Optional.ofNullable(repository.exactRef(name))
          .map(Ref::getObjectId)
          .map(ObjectId::name);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the ref " + name, e);
    }
  }

  /** Removes a ref of {@link #keep}; nothing when it is gone. */
  public void unkeep(long projectId, String ref) {
    try (Repository repository = open(projectId)) {
      RefUpdate update = repository.updateRef(ref);
      update.setForceUpdate(true);
      update.delete();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove the ref " + ref, e);
    }
  }

  /** Points that ref at that commit, so that it can be fetched for as long as the ref is there. */
  public void keep(long projectId, String ref, String commit) {
    try (Repository repository = open(projectId)) {
      RefUpdate update = repository.updateRef(ref);
      update.disableRefLog();
      update.setNewObjectId(ObjectId.fromString(commit));
      RefUpdate.Result result = update.forceUpdate();
      switch (result) {
        case NEW, FORCED, NO_CHANGE, FAST_FORWARD -> {}
        default -> throw new IOException("answer " + result);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot set the ref " + ref, e);
    }
  }

  /** Makes that branch the one that a clone checks out. */
  public void setHead(long projectId, String branch) {
    try (Repository repository = open(projectId)) {
      RefUpdate update = repository.updateRef(Constants.HEAD);
      update.disableRefLog();
      update.link(Constants.R_HEADS + branch);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot set HEAD to " + branch, e);
    }
  }
}
