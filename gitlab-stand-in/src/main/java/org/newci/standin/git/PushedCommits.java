package org.newci.standin.git;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.diff.DiffEntry;
import org.eclipse.jgit.diff.DiffFormatter;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevObject;
import org.eclipse.jgit.revwalk.RevTag;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.CanonicalTreeParser;
import org.eclipse.jgit.treewalk.EmptyTreeIterator;
import org.eclipse.jgit.util.io.DisabledOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * What a change of a branch or tag brought, for those who are told of pushes.
 *
 * @param head where it points now; empty after a deletion
 * @param tagMessage of an annotated tag
 * @param newest at most twenty, the oldest of them first
 * @param total how many there really are, counted up to a limit
 */
public record PushedCommits(
    Optional<Commit> head, Optional<String> tagMessage, List<Changed> newest, int total) {

  private static final int MOST_SHOWN = 20;
  private static final int MOST_COUNTED = 10_000;
  private static final int MOST_PATHS = 1000;

  /** A commit, and the paths that it changed. */
  public record Changed(
      Commit commit, List<String> added, List<String> modified, List<String> removed) {}

  /** Looks it up; otherBranch: commits that a new branch has from there do not count. */
  public static PushedCommits of(
      Repositories repositories, long projectId, Push.Change change, @Nullable String otherBranch) {
    if (change.isDeletion()) {
      return new PushedCommits(Optional.empty(), Optional.empty(), List.of(), 0);
    }
    try (Repository repository = repositories.open(projectId);
        RevWalk walk = new RevWalk(repository)) {
      RevObject object = walk.parseAny(ObjectId.fromString(change.after()));
      Optional<String> message =
          object instanceof RevTag tag ? Optional.of(tag.getFullMessage()) : Optional.empty();
      if (!(walk.peel(object) instanceof RevCommit peeled)) {
        return new PushedCommits(Optional.empty(), message, List.of(), 0);
      }
      RevCommit head = walk.parseCommit(peeled);
      List<RevCommit> shown = new ArrayList<>();
      int total = change.isTag() ? 1 : walk(repository, walk, head, change, otherBranch, shown);
      if (change.isTag()) {
        shown.add(head);
      }
      List<Changed> newest = new ArrayList<>();
      for (RevCommit commit : shown.reversed()) {
        newest.add(changed(repository, walk, commit));
      }
      return new PushedCommits(Optional.of(Commit.of(head)), message, newest, total);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the commits of " + change.ref(), e);
    }
  }

  private static int walk(
      Repository repository,
      RevWalk walk,
      RevCommit head,
      Push.Change change,
      @Nullable String otherBranch,
      List<RevCommit> shown)
      throws IOException {
    walk.markStart(head);
    ObjectId known =
        change.before().equals(Push.NONE)
            ? otherBranch == null ? null : repository.resolve("refs/heads/" + otherBranch)
            : ObjectId.fromString(change.before());
    if (known != null && !known.equals(head) && repository.getObjectDatabase().has(known)) {
      walk.markUninteresting(walk.parseCommit(known));
    }
    int total = 0;
    for (RevCommit commit = walk.next();
        commit != null && total < MOST_COUNTED;
        commit = walk.next()) {
      if (total++ < MOST_SHOWN) {
        shown.add(commit);
      }
    }
    return total;
  }

  private static Changed changed(Repository repository, RevWalk walk, RevCommit commit)
      throws IOException {
    List<String> added = new ArrayList<>();
    List<String> modified = new ArrayList<>();
    List<String> removed = new ArrayList<>();
    try (DiffFormatter formatter = new DiffFormatter(DisabledOutputStream.INSTANCE)) {
      formatter.setRepository(repository);
      List<DiffEntry> entries =
          commit.getParentCount() == 0
              ? formatter.scan(
                  new EmptyTreeIterator(),
                  new CanonicalTreeParser(
                      null, repository.newObjectReader(), walk.parseCommit(commit).getTree()))
              : formatter.scan(
                  walk.parseCommit(commit.getParent(0)).getTree(),
                  walk.parseCommit(commit).getTree());
      entries.stream()
          .limit(MOST_PATHS)
          .forEach(
              entry -> {
                switch (entry.getChangeType()) {
                  case ADD -> added.add(entry.getNewPath());
                  case DELETE -> removed.add(entry.getOldPath());
                  default -> modified.add(entry.getNewPath());
                }
              });
    }
    return new Changed(Commit.of(commit), added, modified, removed);
  }
}
