package org.newci.vcs.source;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectIdRef;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevObject;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.transport.FetchConnection;
import org.eclipse.jgit.transport.PackLock;
import org.eclipse.jgit.transport.RefSpec;
import org.jspecify.annotations.Nullable;
import org.newci.vcs.source.SourceFailure.Kind;
import org.newci.vcs.transport.ByteBudget;
import org.newci.vcs.transport.GitThread;

/**
 * One fetch from one source into its cache. A single connection lists the refs that may be meant
 * and brings the one that is, so a branch that has not moved costs only the listing.
 */
final class SourceFetch {

  private static final RefSpec ALL_TAGS = new RefSpec("refs/tags/*:refs/tags/*");
  private static final List<RefSpec> TAGS = List.of(ALL_TAGS);

  private final Sources sources;
  private final Repository cache;
  private final Origin origin;
  private final SourceUrl url;

  /** The source's tags; null until it was asked. */
  private @Nullable List<Ref> tags;

  SourceFetch(Sources sources, Repository cache, Origin origin) {
    this.sources = sources;
    this.cache = cache;
    this.origin = origin;
    this.url = origin.url();
  }

  SourceCache.Brought bring(WantedRef wanted) throws Exception {
    SourceCache.Brought brought =
        switch (wanted) {
          case WantedRef.Named named -> named(named);
          case WantedRef.Commit commit -> commit(commit);
        };
    if (tags != null) {
      bringTags(brought.commit(), tags);
    }
    return brought.with(NearTags.kept(cache, brought.commit()));
  }

  /** Most came along with their commits; a tag may also be newer than its commit. */
  private void bringTags(ObjectId commit, List<Ref> all) throws IOException, URISyntaxException {
    List<Ref> near = NearTags.of(cache, commit, all);
    List<Ref> missing = new ArrayList<>();
    for (Ref tag : near) {
      if (!isHere(tag.getObjectId())) {
        missing.add(tag);
      }
    }
    if (!missing.isEmpty()) {
      try (Sources.Opened opened = sources.open(cache, origin);
          FetchConnection connection = opened.transport().openFetch(TAGS)) {
        receive(connection, missing);
      }
    }
    NearTags.keep(cache, near, all);
  }

  private static List<Ref> tagsOf(FetchConnection connection) {
    return connection.getRefs().stream()
        .filter(ref -> ref.getName().startsWith(Constants.R_TAGS) && ref.getObjectId() != null)
        .toList();
  }

  private SourceCache.Brought named(WantedRef.Named named) throws Exception {
    try (Sources.Opened opened = sources.open(cache, origin);
        FetchConnection connection =
            opened
                .transport()
                .openFetch(
                    Stream.concat(named.fullNames().stream().map(RefSpec::new), TAGS.stream())
                        .toList(),
                    named.fullNames().toArray(String[]::new))) {
      tags = tagsOf(connection);
      Ref found = null;
      for (String name : named.fullNames()) {
        if (found == null) {
          found = connection.getRef(name);
        }
      }
      ObjectId id = found == null ? null : found.getObjectId();
      if (found == null || id == null) {
        throw notFound(named);
      }
      boolean known = isHere(id);
      if (!known) {
        receive(connection, List.of(found));
      }
      keep(cache, id, keptName(found.getName()));
      ObjectId commit = commitOf(id, named);
      String what = found.getName().startsWith("refs/tags/") ? "tag" : "branch";
      return new SourceCache.Brought(
          commit,
          known
              ? "%s %s of %s is at %s, which was here already"
                  .formatted(what, named.text(), url, commit.name())
              : "fetched %s %s of %s at %s".formatted(what, named.text(), url, commit.name()),
          found.getName());
    }
  }

  private SourceCache.Brought commit(WantedRef.Commit wanted) throws Exception {
    ObjectId id = wanted.id();
    if (isHere(id)) {
      return new SourceCache.Brought(
          commitOf(id, wanted), "commit %s of %s was here already".formatted(id.name(), url), null);
    }
    try {
      askFor(id);
    } catch (TransportException e) {
      if (cannotBeHelped(e)) {
        throw e;
      }
      // A server may refuse a commit that no ref names (before git 2.5 each did): take them all.
      fetchEverything();
    }
    if (!isHere(id)) {
      throw notFound(wanted);
    }
    keep(cache, id, "refs/newci/" + id.name());
    return new SourceCache.Brought(
        commitOf(id, wanted), "fetched commit %s of %s".formatted(id.name(), url), null);
  }

  private void askFor(ObjectId id) throws IOException, URISyntaxException {
    try (Sources.Opened opened = sources.open(cache, origin);
        FetchConnection connection =
            opened.transport().openFetch(List.of(new RefSpec("HEAD"), ALL_TAGS), "HEAD")) {
      tags = tagsOf(connection);
      Ref asked = new ObjectIdRef.Unpeeled(Ref.Storage.NETWORK, id.name(), id);
      receive(connection, List.of(asked));
    }
  }

  private void fetchEverything() throws IOException, URISyntaxException {
    try (Sources.Opened opened = sources.open(cache, origin);
        FetchConnection connection = opened.transport().openFetch()) {
      tags = tagsOf(connection);
      List<Ref> wanted = new ArrayList<>();
      for (Ref ref : connection.getRefs()) {
        String name = ref.getName();
        if ((name.startsWith("refs/heads/") || name.startsWith("refs/tags/"))
            && ref.getObjectId() != null) {
          wanted.add(ref);
        }
      }
      List<Ref> missing = new ArrayList<>();
      for (Ref ref : wanted) {
        if (!isHere(ref.getObjectId())) {
          missing.add(ref);
        }
      }
      if (!missing.isEmpty()) {
        receive(connection, missing);
      }
      for (Ref ref : wanted) {
        keep(cache, ref.getObjectId(), keptName(ref.getName()));
      }
    }
  }

  private static boolean cannotBeHelped(TransportException e) {
    return Thread.currentThread().isInterrupted()
        || GitThread.causedBy(e, java.net.ConnectException.class)
        || GitThread.causedBy(e, java.net.UnknownHostException.class)
        || GitThread.causedBy(e, java.io.InterruptedIOException.class)
        || GitThread.causedBy(e, AllowedAddresses.AddressRefused.class)
        || GitThread.causedBy(e, ByteBudget.Exceeded.class)
        || e instanceof org.eclipse.jgit.errors.NoRemoteRepositoryException;
  }

  private static void receive(FetchConnection connection, Collection<Ref> wanted)
      throws TransportException {
    try {
      connection.fetch(NullProgressMonitor.INSTANCE, wanted, Set.of());
    } finally {
      for (PackLock lock : connection.getPackLocks()) {
        unlock(lock);
      }
    }
  }

  private static void unlock(PackLock lock) {
    try {
      lock.unlock();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("cannot unlock a pack", e);
    }
  }

  /** Packs arrive whole or not at all, so an object that is here has all that it names. */
  private boolean isHere(ObjectId id) throws IOException {
    return cache.getObjectDatabase().has(id);
  }

  /** Names the commit in the cache: the next fetch offers it, and no clean-up takes it. */
  static void keep(Repository cache, @Nullable ObjectId id, String name) throws IOException {
    RefUpdate update = cache.updateRef(name);
    update.setNewObjectId(id);
    update.disableRefLog();
    RefUpdate.Result result = update.forceUpdate();
    switch (result) {
      case NEW, FORCED, FAST_FORWARD, NO_CHANGE -> {}
      default -> throw new IOException("cannot set %s in the cache: %s".formatted(name, result));
    }
  }

  /** Flat names: a branch {@code a} may become {@code a/b} at the source. */
  private static String keptName(String remote) {
    return "refs/newci/by-name/" + UUID.nameUUIDFromBytes(remote.getBytes(StandardCharsets.UTF_8));
  }

  private ObjectId commitOf(ObjectId id, WantedRef wanted) throws IOException, SourceFailure {
    try (RevWalk walk = new RevWalk(cache)) {
      RevObject object = walk.peel(walk.parseAny(id));
      if (object instanceof RevCommit commit) {
        return commit.copy();
      }
      throw new SourceFailure(
          Kind.REF_NOT_FOUND,
          "'%s' in %s does not name a commit.".formatted(wanted.text(), url),
          null);
    } catch (MissingObjectException e) {
      throw new SourceFailure(
          Kind.BROKEN, "The server %s sent an incomplete %s.".formatted(url.place(), url), e);
    }
  }

  private SourceFailure notFound(WantedRef wanted) {
    if (wanted instanceof WantedRef.Commit) {
      return new SourceFailure(
          Kind.REF_NOT_FOUND, "There is no commit %s in %s.".formatted(wanted.text(), url), null);
    }
    if (wanted.looksShort()) {
      return new SourceFailure(
          Kind.SHORT_COMMIT_ID,
          "There is no branch or tag '%s' in %s; a commit is named by all 40 digits of its id."
              .formatted(wanted.text(), url),
          null);
    }
    return new SourceFailure(
        Kind.REF_NOT_FOUND,
        "There is no branch or tag '%s' in %s.".formatted(wanted.text(), url),
        null);
  }
}
