package org.newci.standin.repository;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;
import org.newci.standin.git.Commit;
import org.newci.standin.git.Repositories;
import org.newci.standin.project.Project;

/** What names in a repository stand for. */
public final class Revisions {

  private final Repositories repositories;

  public Revisions(Repositories repositories) {
    this.repositories = repositories;
  }

  /** The commit of a branch, tag or id; HEAD is the default branch. */
  public Optional<Commit> commit(Project project, String name) {
    try (Repository repository = repositories.open(project.id());
        RevWalk walk = new RevWalk(repository)) {
      return RepositoryVisits.commit(repository, walk, project, name).map(Commit::of);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the repository of " + project.fullPath(), e);
    }
  }
}
