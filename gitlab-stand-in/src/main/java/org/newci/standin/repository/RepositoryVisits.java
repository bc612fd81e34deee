package org.newci.standin.repository;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.errors.AmbiguousObjectException;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevObject;
import org.eclipse.jgit.revwalk.RevWalk;
import org.newci.standin.git.Repositories;
import org.newci.standin.member.AccessLevel;
import org.newci.standin.project.Project;
import org.newci.standin.project.ProjectAccess;
import org.newci.standin.project.ProjectAccess.Visit;
import org.newci.standin.rest.RestError;

/** Opens the repository of a call's project for whoever may read its code. */
final class RepositoryVisits {

  private final ProjectAccess access;
  private final Repositories repositories;

  RepositoryVisits(ProjectAccess access, Repositories repositories) {
    this.access = access;
    this.repositories = repositories;
  }

  /** What a call does with an open repository. */
  interface Work<T> {
    T on(Repository repository, RevWalk walk) throws IOException;
  }

  /** 403 for the guests of a private project. */
  Visit reader(Context ctx, String... alsoScopes) {
    Visit visit = access.visible(ctx, List.of(alsoScopes));
    return visit.project().visibility().equals("private")
        ? visit.atLeast(AccessLevel.REPORTER)
        : visit;
  }

  Visit writer(Context ctx) {
    return access.developer(ctx);
  }

  <T> T read(Project project, Work<T> work) {
    try (Repository repository = repositories.open(project.id());
        RevWalk walk = new RevWalk(repository)) {
      return work.on(repository, walk);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the repository of " + project.fullPath(), e);
    }
  }

  /** The commit that a branch, tag or id stands for; HEAD is the default branch. */
  static Optional<RevCommit> commit(
      Repository repository, RevWalk walk, Project project, String name) throws IOException {
    String branch = project.defaultBranch();
    String wanted = name.equals(Constants.HEAD) && branch != null ? branch : name;
    ObjectId id = null;
    for (String prefix : List.of(Constants.R_HEADS, Constants.R_TAGS, "")) {
      if (id == null && (wanted.startsWith("refs/") || !prefix.isEmpty())) {
        var ref = repository.exactRef(prefix + wanted);
        id = ref == null ? null : ref.getObjectId();
      }
    }
    if (id == null && wanted.matches("[0-9a-f]{7,40}")) {
      try {
        id = repository.resolve(wanted);
      } catch (AmbiguousObjectException e) {
        return Optional.empty();
      }
    }
    if (id == null) {
      return Optional.empty();
    }
    try {
      RevObject object = walk.peel(walk.parseAny(id));
      return object instanceof RevCommit found
          ? Optional.of(walk.parseCommit(found))
          : Optional.empty();
    } catch (MissingObjectException | IncorrectObjectTypeException e) {
      return Optional.empty();
    }
  }

  static RestError noCommit() {
    return RestError.notFound("Commit");
  }
}
