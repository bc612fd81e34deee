package org.newci.standin.pipeline;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.newci.standin.git.Repositories;

/** Logs and artifacts of jobs: a folder a project, a folder a job. */
public final class JobFiles {

  private static final int STRIPES = 64;

  private final Path root;
  private final ReentrantLock[] stripes =
      IntStream.range(0, STRIPES).mapToObj(i -> new ReentrantLock()).toArray(ReentrantLock[]::new);

  public JobFiles(Path root) {
    this.root = root;
  }

  private Path folder(Job job) {
    return root.resolve(String.valueOf(job.projectId())).resolve(String.valueOf(job.id()));
  }

  /** The log of that job. */
  public Path trace(Job job) {
    return folder(job).resolve("job.log");
  }

  /** Removes all that a project's jobs left. */
  public void remove(long projectId) {
    Repositories.removeTree(root.resolve(String.valueOf(projectId)));
  }

  /** Runs it while nobody else writes that job's log. */
  private <T> T alone(Job job, Supplier<T> work) {
    ReentrantLock lock = stripes[(int) (job.id() % STRIPES)];
    lock.lock();
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }

  /** Bytes in that job's log. */
  public long traceSize(Job job) {
    try {
      Path file = trace(job);
      return Files.exists(file) ? Files.size(file) : 0;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the log of job " + job.id(), e);
    }
  }

  /** Adds to a log that has exactly so many bytes; false when it has another number. */
  public boolean append(Job job, long start, byte[] bytes) {
    return alone(
        job,
        () -> {
          if (traceSize(job) != start) {
            return false;
          }
          try {
            Files.createDirectories(folder(job));
            try (FileChannel file =
                FileChannel.open(
                    trace(job), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
              ByteBuffer buffer = ByteBuffer.wrap(bytes);
              while (buffer.hasRemaining()) {
                file.write(buffer);
              }
            }
            return true;
          } catch (IOException e) {
            throw new UncheckedIOException("cannot write the log of job " + job.id(), e);
          }
        });
  }

  /** Forgets a log, which its runner then sends again. */
  public void forgetTrace(Job job) {
    alone(
        job,
        () -> {
          try {
            return Files.deleteIfExists(trace(job));
          } catch (IOException e) {
            throw new UncheckedIOException("cannot drop the log of job " + job.id(), e);
          }
        });
  }

  /** CRC-32 (IEEE) of a log, as {@code crc32:%08x}. */
  public String traceChecksum(Job job) {
    CRC32 crc = new CRC32();
    if (Files.exists(trace(job))) {
      try (InputStream in = Files.newInputStream(trace(job))) {
        byte[] buffer = new byte[64 * 1024];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          crc.update(buffer, 0, n);
        }
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read the log of job " + job.id(), e);
      }
    }
    return "crc32:%08x".formatted(crc.getValue());
  }

  /** A file for an artifact that is being received. */
  public Path newUpload(Job job) throws IOException {
    Files.createDirectories(folder(job));
    return Files.createTempFile(folder(job), "upload-", ".part");
  }

  /** The artifact of that type. */
  public Path artifact(Job job, String type) {
    return type.equals("archive")
        ? folder(job).resolve("artifacts.zip")
        : folder(job).resolve("report-" + type);
  }

  /** Puts a received artifact in its place. */
  public void keep(Job job, String type, Path upload) throws IOException {
    Files.move(
        upload,
        artifact(job, type),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  /** Removes all that a job left. */
  public void erase(Job job) {
    alone(
        job,
        () -> {
          Repositories.removeTree(folder(job));
          return job;
        });
  }

  /** Removes the artifacts of a job; its log stays. */
  public void dropArtifacts(Job job) {
    try {
      for (Job.Artifact artifact : job.left().artifacts()) {
        Files.deleteIfExists(artifact(job, artifact.type()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove the artifacts of job " + job.id(), e);
    }
  }
}
