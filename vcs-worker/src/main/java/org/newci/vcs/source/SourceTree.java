package org.newci.vcs.source;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jgit.errors.ConfigInvalidException;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevTree;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.PathSuffixFilter;
import org.jspecify.annotations.Nullable;
import org.newci.vcs.source.SourceFailure.Kind;

/** What a commit's files say about things that lie elsewhere: submodules, and files in Git LFS. */
public final class SourceTree {

  private static final int LONGEST_SETTINGS = 256 * 1024;
  private static final int SHORTEST_POINTER = 100;
  private static final int LONGEST_POINTER = 1024;
  private static final String POINTER = "version https://git-lfs.github.com/spec/";

  private SourceTree() {}

  /**
   * Refuses a commit that has a pointer in the place of a file: a build of it would be a build of
   * something else, and GitLab would not take the push.
   */
  static void requireNoLfs(Repository cache, ObjectId commit, SourceUrl url)
      throws IOException, SourceFailure {
    try (RevWalk walk = new RevWalk(cache)) {
      RevTree tree = walk.parseCommit(commit).getTree();
      ObjectReader reader = walk.getObjectReader();
      if (!namesLfs(cache, tree, reader)) {
        return;
      }
      try (TreeWalk files = new TreeWalk(cache, reader)) {
        files.addTree(tree);
        files.setRecursive(true);
        while (files.next()) {
          boolean file = (files.getRawMode(0) & FileMode.TYPE_MASK) == FileMode.TYPE_FILE;
          if (file && isPointer(reader, files.getObjectId(0))) {
            throw new SourceFailure(
                Kind.USES_LFS,
                "The file %s of %s lies in Git LFS, which is not copied; keep it in git itself."
                    .formatted(files.getPathString(), url),
                null);
          }
        }
      }
    }
  }

  private static boolean namesLfs(Repository cache, RevTree tree, ObjectReader reader)
      throws IOException {
    try (TreeWalk attributes = new TreeWalk(cache, reader)) {
      attributes.addTree(tree);
      attributes.setRecursive(true);
      attributes.setFilter(PathSuffixFilter.create(".gitattributes"));
      while (attributes.next()) {
        if (text(reader, attributes.getObjectId(0)).contains("filter=lfs")) {
          return true;
        }
      }
      return false;
    }
  }

  private static boolean isPointer(ObjectReader reader, AnyObjectId file) throws IOException {
    long size = reader.getObjectSize(file, Constants.OBJ_BLOB);
    return size >= SHORTEST_POINTER
        && size <= LONGEST_POINTER
        && text(reader, file).startsWith(POINTER);
  }

  /**
   * The commit's submodules: what its file {@code .gitmodules} names, and has at that path.
   *
   * @throws SourceFailure when nobody can read that file
   */
  public static List<Submodule> submodules(Repository cache, ObjectId commit)
      throws IOException, SourceFailure {
    try (RevWalk walk = new RevWalk(cache)) {
      RevTree tree = walk.parseCommit(commit).getTree();
      ObjectReader reader = walk.getObjectReader();
      Config config = new Config();
      try (TreeWalk settings = TreeWalk.forPath(reader, ".gitmodules", tree)) {
        if (settings == null || !FileMode.REGULAR_FILE.equals(settings.getRawMode(0))) {
          return List.of();
        }
        config.fromText(text(reader, settings.getObjectId(0)));
      }
      List<Submodule> found = new ArrayList<>();
      for (String name : config.getSubsections("submodule")) {
        String path = config.getString("submodule", name, "path");
        String url = config.getString("submodule", name, "url");
        ObjectId at = path == null || path.matches("/*") ? null : linked(reader, tree, path);
        if (at != null) {
          found.add(new Submodule(name, url == null ? "" : url, at));
        }
      }
      return found;
    } catch (ConfigInvalidException e) {
      throw new SourceFailure(
          Kind.SUBMODULE, "The file .gitmodules of %s cannot be read.".formatted(commit.name()), e);
    }
  }

  private static @Nullable ObjectId linked(ObjectReader reader, RevTree tree, String path)
      throws IOException {
    try (TreeWalk entry = TreeWalk.forPath(reader, path, tree)) {
      return entry != null && FileMode.GITLINK.equals(entry.getRawMode(0))
          ? entry.getObjectId(0)
          : null;
    }
  }

  private static String text(ObjectReader reader, AnyObjectId id) throws IOException {
    ObjectLoader loader = reader.open(id);
    return loader.getSize() > LONGEST_SETTINGS
        ? ""
        : new String(loader.getBytes(LONGEST_SETTINGS), StandardCharsets.UTF_8);
  }
}
