package org.newci.standin.repository;

import java.io.IOException;
import java.util.List;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.TagBuilder;
import org.eclipse.jgit.revwalk.RevCommit;
import org.newci.standin.git.Push;
import org.newci.standin.project.ProjectAccess.Visit;
import org.newci.standin.rest.RestError;

/** Makes and deletes refs over REST; as after a push, what that starts is started. */
final class RefChange {

  private final RepositoryVisits visits;
  private final Push.Listener listener;

  RefChange(RepositoryVisits visits, Push.Listener listener) {
    this.visits = visits;
    this.listener = listener;
  }

  /** The ref on that branch, tag or commit; 400 in GitLab's words when it cannot be. */
  void create(Visit visit, String ref, String from) {
    create(visit, ref, from, "");
  }

  /** The same; with a message an annotated tag. */
  void create(Visit visit, String ref, String from, String message) {
    boolean branch = ref.startsWith("refs/heads/");
    ObjectId made =
        visits.read(
            visit.project(),
            (repository, walk) -> {
              if (!Repository.isValidRefName(ref)) {
                throw RestError.message(
                    400, branch ? "Branch name is invalid" : "Tag name invalid");
              }
              if (repository.exactRef(ref) != null) {
                throw RestError.message(
                    400,
                    branch
                        ? "Branch already exists"
                        : "Tag %s already exists".formatted(ref.substring(10)));
              }
              RevCommit commit =
                  RepositoryVisits.commit(repository, walk, visit.project(), from)
                      .orElseThrow(
                          () ->
                              RestError.message(
                                  400,
                                  branch
                                      ? "Invalid reference name: " + from
                                      : "Target %s is invalid".formatted(from)));
              ObjectId target =
                  message.isEmpty() ? commit : annotated(repository, visit, ref, commit, message);
              update(repository, ref, target);
              return target;
            });
    tell(visit, new Push.Change(ref, Push.NONE, made.name()));
  }

  private static ObjectId annotated(
      Repository repository, Visit visit, String ref, RevCommit commit, String message)
      throws IOException {
    TagBuilder tag = new TagBuilder();
    tag.setTag(ref.substring("refs/tags/".length()));
    tag.setObjectId(commit);
    tag.setMessage(message);
    tag.setTagger(new PersonIdent(visit.user().displayName(), visit.user().email()));
    try (ObjectInserter inserter = repository.newObjectInserter()) {
      ObjectId id = inserter.insert(tag);
      inserter.flush();
      return id;
    }
  }

  private static void update(Repository repository, String ref, ObjectId target)
      throws IOException {
    RefUpdate update = repository.updateRef(ref);
    update.disableRefLog();
    update.setExpectedOldObjectId(ObjectId.zeroId());
    update.setNewObjectId(target);
    RefUpdate.Result result = update.update();
    if (result != RefUpdate.Result.NEW) {
      throw RestError.message(400, "Failed to create %s: %s".formatted(ref, result));
    }
  }

  /** Takes away a ref that is there. */
  void delete(Visit visit, String ref) {
    String before =
        visits.read(
            visit.project(),
            (repository, walk) -> {
              Ref now = repository.exactRef(ref);
              if (now == null) {
                throw RestError.gone();
              }
              RefUpdate update = repository.updateRef(ref);
              update.setForceUpdate(true);
              RefUpdate.Result result = update.delete();
              if (result != RefUpdate.Result.FORCED) {
                throw RestError.message(400, "Failed to remove %s: %s".formatted(ref, result));
              }
              return now.getObjectId().name();
            });
    tell(visit, new Push.Change(ref, before, Push.NONE));
  }

  private void tell(Visit visit, Push.Change change) {
    listener.pushed(new Push(visit.project(), visit.user(), List.of(change), List.of()));
  }
}
