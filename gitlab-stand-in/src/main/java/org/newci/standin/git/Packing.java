package org.newci.standin.git;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Packs repositories anew, one at a time and while nobody waits. Each push leaves a pack, and each
 * look for an object goes through all of them.
 */
final class Packing {

  private static final Logger LOG = LoggerFactory.getLogger(Packing.class);
  private static final int MOST_PACKS = 50;

  private final Lock one = new ReentrantLock();

  /** Looks at that bare repository after a push, and returns at once. */
  void pushed(Path folder) {
    if (packs(folder) > MOST_PACKS) {
      Thread.ofVirtual().name("pack-" + folder.getFileName()).start(() -> packInTurn(folder));
    }
  }

  /** Does that while no repository is being packed. */
  void meanwhileNot(Runnable work) {
    one.lock();
    try {
      work.run();
    } finally {
      one.unlock();
    }
  }

  private void packInTurn(Path folder) {
    one.lock();
    try {
      // Whoever came before may have done it, or removed the repository.
      if (packs(folder) > MOST_PACKS) {
        pack(folder);
      }
    } catch (IOException | GitAPIException e) {
      LOG.warn("{} could not be packed anew", folder, e);
    } finally {
      one.unlock();
    }
  }

  private static void pack(Path folder) throws IOException, GitAPIException {
    try (Repository repository =
            new FileRepositoryBuilder().setGitDir(folder.toFile()).setMustExist(true).build();
        Git git = Git.wrap(repository)) {
      // Who reads just now still finds the packs of before. JGit writes out what no ref has yet.
      repository.getConfig().setString("gc", null, "prunePackExpire", "1 minute ago");
      git.gc().call();
    }
  }

  /** Those that came after the last time, which left the one pack that has a bitmap. */
  private static long packs(Path folder) {
    File[] all = folder.resolve("objects/pack").toFile().listFiles();
    if (all == null) {
      return 0;
    }
    long last = withEnding(all, ".bitmap").mapToLong(File::lastModified).max().orElse(0);
    return withEnding(all, ".pack").filter(pack -> pack.lastModified() > last).count();
  }

  private static Stream<File> withEnding(File[] all, String ending) {
    return Arrays.stream(all).filter(file -> file.getName().endsWith(ending));
  }
}
