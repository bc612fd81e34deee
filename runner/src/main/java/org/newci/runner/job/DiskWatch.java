package org.newci.runner.job;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Counts what lies in a job's workspace while the job runs, for the sum of files has no limit of
 * its own in the kernel. It opens folders relative to each other and follows no link: a job that
 * swaps its folders for links meanwhile leads it nowhere.
 */
final class DiskWatch implements AutoCloseable {

  private static final Duration OFTEN = Duration.ofSeconds(1);
  private static final int MOST_PAUSE_SECONDS = 15;

  /** Deeper folders cannot be reached by whole paths any more. */
  private static final int DEEPEST = 200;

  private final Path folder;
  private final long mostBytes;
  private final long mostFiles;
  private final Consumer<String> tooMuch;
  private final Thread thread;
  private long bytes;
  private long files;

  /**
   * Starts to count.
   *
   * @param tooMuch is told once, with a sentence
   */
  DiskWatch(Path folder, long mostBytes, long mostFiles, Consumer<String> tooMuch) {
    this.folder = folder;
    this.mostBytes = mostBytes;
    this.mostFiles = mostFiles;
    this.tooMuch = tooMuch;
    this.thread = Thread.ofVirtual().name("disk-watch").start(this::watch);
  }

  private void watch() {
    try {
      while (true) {
        long began = System.nanoTime();
        String trouble = count(folder, mostBytes, mostFiles);
        if (!trouble.isEmpty()) {
          tooMuch.accept(trouble);
          return;
        }
        // Counting takes a twentieth of the time at most.
        Duration pause = Duration.ofNanos((System.nanoTime() - began) * 20);
        Thread.sleep(
            pause.compareTo(OFTEN) < 0
                ? OFTEN
                : Duration.ofSeconds(Math.min(MOST_PAUSE_SECONDS, pause.toSeconds() + 1)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A sentence when there is more than that below the folder; else empty. */
  String count(Path top, long byteLimit, long fileLimit) {
    bytes = 0;
    files = 0;
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(top)) {
      if (stream instanceof SecureDirectoryStream<Path> secure) {
        return walk(secure, 0, byteLimit, fileLimit);
      }
      return "";
    } catch (IOException e) {
      // The job ends, or changes its folders right now: the next look will tell.
      return "";
    }
  }

  private String walk(
      SecureDirectoryStream<Path> folder, int depth, long byteLimit, long fileLimit) {
    if (depth > DEEPEST) {
      return "it has folders in each other %d deep".formatted(depth);
    }
    for (Path name : folder) {
      try {
        BasicFileAttributes attributes =
            folder
                .getFileAttributeView(
                    name.getFileName(), BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .readAttributes();
        files++;
        bytes += attributes.isRegularFile() ? attributes.size() : 0;
        if (bytes > byteLimit) {
          return "its files are larger than %d bytes together".formatted(byteLimit);
        }
        if (files > fileLimit) {
          return "it has more than %d files and folders".formatted(fileLimit);
        }
        if (attributes.isDirectory()) {
          String trouble = into(folder, name, depth, byteLimit, fileLimit);
          if (!trouble.isEmpty()) {
            return trouble;
          }
        }
      } catch (NoSuchFileException e) {
        // It is gone again.
      } catch (IOException e) {
        // Closed to us, when we are not root.
      }
    }
    return "";
  }

  private String into(
      SecureDirectoryStream<Path> folder, Path name, int depth, long byteLimit, long fileLimit)
      throws IOException {
    try (SecureDirectoryStream<Path> inner =
        folder.newDirectoryStream(name.getFileName(), LinkOption.NOFOLLOW_LINKS)) {
      return walk(inner, depth + 1, byteLimit, fileLimit);
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
