package org.newci.vcs.source;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;

/**
 * The tags in the recent history of a commit, so that {@code git describe} says in a job what it
 * says at the source. They are kept in the cache by flat names: {@code a} and {@code a/b} may
 * follow each other.
 */
final class NearTags {

  private static final int MOST = 100;
  private static final int FURTHEST = 10_000;
  private static final String KEPT = "refs/newci/tags/";

  private NearTags() {}

  /**
   * Those of the given tags that lie in the last commits, the newest first.
   *
   * @param tags by full name, peeled where they are annotated
   */
  static List<Ref> of(Repository cache, ObjectId commit, Collection<Ref> tags) throws IOException {
    Map<ObjectId, List<Ref>> byCommit = new HashMap<>();
    for (Ref tag : tags) {
      ObjectId peeled = tag.getPeeledObjectId();
      ObjectId at = peeled == null ? tag.getObjectId() : peeled;
      if (at != null) {
        byCommit.computeIfAbsent(at, _ -> new ArrayList<>()).add(tag);
      }
    }
    List<Ref> near = new ArrayList<>();
    if (byCommit.isEmpty()) {
      return near;
    }
    try (RevWalk walk = new RevWalk(cache)) {
      walk.setRetainBody(false);
      walk.markStart(walk.parseCommit(commit));
      int left = FURTHEST;
      for (RevCommit at = walk.next(); at != null && left-- > 0; at = walk.next()) {
        near.addAll(byCommit.getOrDefault(at.copy(), List.of()));
        if (near.size() >= MOST) {
          return near.subList(0, MOST);
        }
      }
    }
    return near;
  }

  /** Those that were kept, under the names that they have at the source. */
  static Map<String, ObjectId> kept(Repository cache, ObjectId commit) throws IOException {
    List<Ref> peeled = new ArrayList<>();
    for (Ref ref : cache.getRefDatabase().getRefsByPrefix(KEPT)) {
      peeled.add(cache.getRefDatabase().peel(ref));
    }
    Map<String, ObjectId> found = new LinkedHashMap<>();
    for (Ref ref : of(cache, commit, peeled)) {
      found.put(nameOf(ref), ref.getObjectId());
    }
    return found;
  }

  /** Keeps these, and forgets what the source has no more. */
  static void keep(Repository cache, Collection<Ref> near, Collection<Ref> all) throws IOException {
    Set<String> there = all.stream().map(NearTags::keptName).collect(Collectors.toSet());
    for (Ref old : cache.getRefDatabase().getRefsByPrefix(KEPT)) {
      if (!there.contains(old.getName())) {
        RefUpdate removal = cache.updateRef(old.getName());
        removal.setForceUpdate(true);
        removal.delete();
      }
    }
    for (Ref tag : near) {
      SourceFetch.keep(cache, tag.getObjectId(), keptName(tag));
    }
  }

  private static String keptName(Ref tag) {
    String name = tag.getName().substring(Constants.R_TAGS.length());
    return KEPT + name.replace("%", "%25").replace("/", "%2F");
  }

  private static String nameOf(Ref kept) {
    return kept.getName().substring(KEPT.length()).replace("%2F", "/").replace("%25", "%");
  }
}
