package org.newci.runner.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * Lends numeric users to slots. Several runners on one machine must not share one, for a job's end
 * kills every process of its user: each number has a lock file, held while the runner lives.
 */
public final class SlotUids implements AutoCloseable {

  /** No distribution gives out numbers here; no entry in the password file is needed. */
  public static final int FIRST = 981_000;

  private static final int MOST = 512;

  private final List<FileChannel> held = new ArrayList<>();
  private final List<Integer> uids = new ArrayList<>();

  /** Takes that many which are free; fails with a sentence when there are not enough. */
  public SlotUids(Path folder, int count) {
    try {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      for (int uid = FIRST; uid < FIRST + MOST && uids.size() < count; uid++) {
        take(folder, uid);
      }
    } catch (IOException e) {
      close();
      throw new UncheckedIOException("cannot lock a user for jobs below " + folder, e);
    }
    if (uids.size() < count) {
      close();
      throw new IllegalArgumentException(
          "All %d users for jobs (from %d) are taken by other runners.".formatted(MOST, FIRST));
    }
  }

  private void take(Path folder, int uid) throws IOException {
    FileChannel file =
        FileChannel.open(
            folder.resolve("uid-" + uid), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = null;
    try {
      lock = file.tryLock();
    } catch (OverlappingFileLockException e) {
      // Another runner in this very process has it.
    }
    if (lock == null) {
      file.close();
      return;
    }
    held.add(file);
    uids.add(uid);
  }

  /** The users that were taken. */
  public List<Integer> all() {
    return List.copyOf(uids);
  }

  @Override
  public void close() {
    for (FileChannel file : held) {
      try {
        file.close();
      } catch (IOException e) {
        // The lock goes with the process anyway.
      }
    }
    held.clear();
  }
}
