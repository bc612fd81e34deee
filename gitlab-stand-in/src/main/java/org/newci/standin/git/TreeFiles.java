package org.newci.standin.git;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.diff.DiffEntry;
import org.eclipse.jgit.diff.DiffFormatter;
import org.eclipse.jgit.errors.LargeObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.revwalk.filter.RevFilter;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.util.io.DisabledOutputStream;
import org.jspecify.annotations.Nullable;
import org.newci.standin.ci.CommitFiles;

/** The files of one commit of a repository. */
public final class TreeFiles implements CommitFiles {

  // No ref has this name: what the push itself changed is remembered under it.
  private static final String PUSH = "";
  private static final int MOST_PATHS = 200_000;
  private static final int LARGEST_FILE = 2 << 20;

  private final Repositories repositories;
  private final long projectId;
  private final String commit;
  private final String before;
  private final Map<String, Optional<byte[]>> files = new HashMap<>();
  private final Map<String, Optional<List<String>>> since = new HashMap<>();
  private @Nullable List<String> paths;

  /** Before: the commit that the ref had, or all zeros. */
  public TreeFiles(Repositories repositories, long projectId, String commit, String before) {
    this.repositories = repositories;
    this.projectId = projectId;
    this.commit = commit;
    this.before = before;
  }

  private interface Look<T> {
    T at(Repository repository, RevWalk walk, RevCommit head) throws IOException;
  }

  private <T> T look(Look<T> look) {
    try (Repository repository = repositories.open(projectId);
        RevWalk walk = new RevWalk(repository)) {
      return look.at(repository, walk, walk.parseCommit(ObjectId.fromString(commit)));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the files of " + commit, e);
    }
  }

  @Override
  public Optional<byte[]> read(String path) {
    return files.computeIfAbsent(
        path,
        name ->
            look(
                (repository, walk, head) -> {
                  Optional<ObjectId> blob = blob(repository, head, name);
                  if (blob.isEmpty()) {
                    return Optional.empty();
                  }
                  try {
                    return Optional.of(
                        repository
                            .open(blob.get(), Constants.OBJ_BLOB)
                            .getCachedBytes(LARGEST_FILE));
                  } catch (LargeObjectException e) {
                    // Longer than any CI file may be: whoever compiles it says so.
                    return Optional.of(new byte[LARGEST_FILE + 1]);
                  }
                }));
  }

  private static Optional<ObjectId> blob(Repository repository, RevCommit head, String path)
      throws IOException {
    if (path.isEmpty() || path.startsWith("/") || path.endsWith("/")) {
      return Optional.empty();
    }
    try (TreeWalk tree = TreeWalk.forPath(repository, path, head.getTree())) {
      return tree == null || !Repositories.isFile(tree.getFileMode(0))
          ? Optional.empty()
          : Optional.of(tree.getObjectId(0));
    }
  }

  @Override
  public Optional<String> contentId(String path) {
    return look((repository, walk, head) -> blob(repository, head, path).map(ObjectId::name));
  }

  @Override
  public List<String> paths() {
    List<String> known = paths;
    if (known == null) {
      known =
          look(
              (repository, walk, head) -> {
                List<String> all = new ArrayList<>();
                try (TreeWalk tree = new TreeWalk(repository)) {
                  tree.addTree(head.getTree());
                  tree.setRecursive(true);
                  while (all.size() < MOST_PATHS && tree.next()) {
                    all.add(tree.getPathString());
                  }
                }
                return List.copyOf(all);
              });
      paths = known;
    }
    return known;
  }

  @Override
  public Optional<List<String>> changed() {
    return since.computeIfAbsent(
        PUSH,
        name ->
            before.equals(Push.NONE)
                ? Optional.empty()
                : look(
                    (repository, walk, head) -> {
                      ObjectId old = ObjectId.fromString(before);
                      return repository.getObjectDatabase().has(old)
                          ? Optional.of(diff(repository, walk.parseCommit(old), head))
                          : Optional.empty();
                    }));
  }

  @Override
  public Optional<List<String>> changedSince(String ref) {
    return since.computeIfAbsent(
        ref,
        name ->
            look(
                (repository, walk, head) -> {
                  Optional<ObjectId> other = resolve(repository, name);
                  if (other.isEmpty()) {
                    return Optional.empty();
                  }
                  RevCommit theirs = walk.parseCommit(other.get());
                  walk.setRevFilter(RevFilter.MERGE_BASE);
                  walk.markStart(theirs);
                  walk.markStart(head);
                  RevCommit base = walk.next();
                  return Optional.of(diff(repository, base == null ? theirs : base, head));
                }));
  }

  private static Optional<ObjectId> resolve(Repository repository, String name) throws IOException {
    for (String full : List.of("refs/heads/" + name, "refs/tags/" + name, name)) {
      if (Repository.isValidRefName(full) && repository.exactRef(full) != null) {
        return Optional.ofNullable(repository.resolve(full + "^{commit}"));
      }
    }
    return ObjectId.isId(name) && repository.getObjectDatabase().has(ObjectId.fromString(name))
        ? Optional.of(ObjectId.fromString(name))
        : Optional.empty();
  }

  private static List<String> diff(Repository repository, RevCommit old, RevCommit head)
      throws IOException {
    try (DiffFormatter formatter = new DiffFormatter(DisabledOutputStream.INSTANCE)) {
      formatter.setRepository(repository);
      List<String> all = new ArrayList<>();
      for (DiffEntry entry : formatter.scan(old.getTree(), head.getTree())) {
        boolean gone = entry.getChangeType() == DiffEntry.ChangeType.DELETE;
        all.add(gone ? entry.getOldPath() : entry.getNewPath());
        if (all.size() >= MOST_PATHS) {
          break;
        }
      }
      return List.copyOf(all);
    }
  }
}
