package org.newci.cli.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.newci.cli.CommandFailed;
import org.newci.cli.Exit;
import org.newci.cli.setup.DataFolder;

/** Held by the one {@code up} of a data folder; the kernel lets go of it when the process ends. */
public final class FolderLock implements AutoCloseable {

  private final FileChannel channel;

  private FolderLock(FileChannel channel) {
    this.channel = channel;
  }

  /** Takes it, or fails with a sentence when another process has it. */
  static FolderLock take(DataFolder folder) {
    Path file = folder.run().resolve("lock");
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        if (channel.tryLock() != null) {
          return new FolderLock(channel);
        }
      } catch (OverlappingFileLockException e) {
        // Another part of this very process has it.
      }
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot lock " + file, e);
    }
    throw new CommandFailed(
        Exit.FAILED,
        "NewCI already runs on %s; stop it with: newci down --data %s".formatted(folder, folder));
  }

  /** Does that while holding it. */
  public static void holding(DataFolder folder, Runnable work) {
    FolderLock lock = take(folder);
    try {
      work.run();
    } finally {
      lock.close();
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot let go of a lock", e);
    }
  }
}
