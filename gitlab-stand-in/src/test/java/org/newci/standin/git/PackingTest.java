package org.newci.standin.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.stream.Stream;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.internal.storage.file.PackInserter;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.TreeFormatter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackingTest {

  private static final PersonIdent ANN =
      new PersonIdent("Ann", "ann@example.com", Instant.EPOCH, ZoneOffset.UTC);

  @TempDir Path dir;
  private Repositories repositories;

  @BeforeEach
  void make() {
    HermeticGit.install();
    repositories = new Repositories(dir);
    repositories.create(1);
  }

  @Test
  void manyPushesBecomeOnePackAndNothingIsLost() throws Exception {
    ObjectId last = ObjectId.zeroId();
    for (int i = 0; i < 51; i++) {
      last = commitInAPackOfItsOwn(i, last);
    }
    repositories.keep(1, "refs/heads/master", last.name());
    ObjectId underWay = commitInAPackOfItsOwn(51, last);
    makeThemOld();
    assertThat(packs()).isEqualTo(52);

    repositories.pushed(1);

    await().atMost(Duration.ofMinutes(1)).until(() -> packs() == 1);
    assertThat(repositories.commit(1, last.name())).isPresent();
    assertThat(repositories.commit(1, underWay.name())).isPresent();
  }

  private ObjectId commitInAPackOfItsOwn(int number, ObjectId parent) throws Exception {
    try (FileRepository repository = (FileRepository) repositories.open(1);
        PackInserter inserter = repository.getObjectDatabase().newPackInserter()) {
      CommitBuilder commit = new CommitBuilder();
      commit.setTreeId(inserter.insert(new TreeFormatter()));
      commit.setAuthor(new PersonIdent(ANN, Instant.EPOCH.plus(Duration.ofMinutes(number))));
      commit.setCommitter(ANN);
      commit.setMessage("number " + number);
      if (!parent.equals(ObjectId.zeroId())) {
        commit.setParentId(parent);
      }
      ObjectId id = inserter.insert(Constants.OBJ_COMMIT, commit.build());
      inserter.flush();
      return id;
    }
  }

  private void makeThemOld() throws Exception {
    try (Stream<Path> all = Files.list(dir.resolve("1.git/objects/pack"))) {
      for (Path file : all.toList()) {
        Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH.plusSeconds(1)));
      }
    }
  }

  private long packs() throws Exception {
    try (Stream<Path> all = Files.list(dir.resolve("1.git/objects/pack"))) {
      return all.filter(file -> file.toString().endsWith(".pack")).count();
    }
  }
}
