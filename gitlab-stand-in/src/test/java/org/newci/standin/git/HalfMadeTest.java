package org.newci.standin.git;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.jgit.lib.Repository;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A full disk, or a loss of power, in the middle of making a project. */
class HalfMadeTest {

  @Test
  void whatWasLeftOfAProjectThatIsNotThereIsNotInTheWay(@TempDir Path root) throws IOException {
    Path left = Files.createDirectories(root.resolve("2.git/refs/heads")).getParent().getParent();
    Files.writeString(left.resolve("config"), "");
    Repositories repositories = new Repositories(root);
    repositories.create(2);
    try (Repository repository = repositories.open(2)) {
      assertThat(repository.isBare()).isTrue();
      assertThat(repository.exactRef("HEAD")).isNotNull();
    }
  }
}
