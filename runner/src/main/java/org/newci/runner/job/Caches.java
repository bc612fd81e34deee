package org.newci.runner.job;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.newci.runner.archive.Selection;
import org.newci.runner.cache.CacheStore;
import org.newci.runner.gitlab.JobPayload;
import org.newci.runner.gitlab.JobPayload.CacheSpec;
import org.newci.runner.sandbox.Running;
import org.newci.runner.sandbox.SandboxFailure;

/**
 * Restores and keeps the caches of a job. They are a help and no promise: what goes wrong is a line
 * in the log, never a failure.
 */
final class Caches {

  private final CacheStore store;
  private final JobPayload job;
  private final JobStage stage;
  private final WorkspaceFiles files;

  Caches(CacheStore store, JobPayload job, JobStage stage) {
    this.store = store;
    this.job = job;
    this.stage = stage;
    this.files = new WorkspaceFiles(stage);
  }

  /** Unpacks the caches that are there over the sources. */
  void restore() throws InterruptedException, StopSwitch.Stopped, SandboxFailure {
    for (CacheSpec spec : job.cache()) {
      if (policy(spec).equals("push")) {
        stage.log().line("Not downloading cache %s due to policy".formatted(key(spec)));
        continue;
      }
      restore(spec);
    }
  }

  private void restore(CacheSpec spec)
      throws InterruptedException, StopSwitch.Stopped, SandboxFailure {
    for (String key : keys(spec)) {
      stage.log().important("Checking cache for %s...".formatted(key));
      try {
        Optional<InputStream> cache = store.open(project(), key);
        if (cache.isEmpty()) {
          stage.log().warn("WARNING: there is no cache of that key");
          continue;
        }
        try (InputStream in = cache.get()) {
          unpack(in);
        }
        stage.log().important("Successfully extracted cache");
        return;
      } catch (IOException e) {
        stage.log().warn("WARNING: Failed to extract cache: " + e.getMessage());
        return;
      }
    }
  }

  private void unpack(InputStream cache)
      throws IOException, InterruptedException, StopSwitch.Stopped, SandboxFailure {
    Running tar = stage.unpacking();
    int code =
        stage.with(
            tar,
            () -> {
              try (OutputStream in = tar.input()) {
                cache.transferTo(in);
              }
              return tar.await();
            });
    if (code != 0) {
      throw new IOException(tar.errors().strip());
    }
  }

  /** Keeps what a job that ended so has to keep. */
  void archive(boolean success) throws InterruptedException, StopSwitch.Stopped, SandboxFailure {
    for (CacheSpec spec : job.cache()) {
      if (!due(spec, success)) {
        continue;
      }
      if (policy(spec).equals("pull")) {
        stage.log().line("Not uploading cache %s due to policy".formatted(key(spec)));
        continue;
      }
      stage.log().important("Creating cache %s...".formatted(key(spec)));
      try {
        archive(spec);
      } catch (IOException e) {
        stage.log().warn("WARNING: Failed to create cache: " + e.getMessage());
      }
    }
  }

  private void archive(CacheSpec spec)
      throws IOException, InterruptedException, StopSwitch.Stopped, SandboxFailure {
    Selection.Found found =
        files.select(new WorkspaceFiles.Wanted(spec.paths(), List.of(), spec.untracked(), true));
    if (found.paths().isEmpty()) {
      stage.log().warn("WARNING: nothing to cache");
      return;
    }
    long size =
        store.put(
            project(),
            key(spec),
            out -> {
              try {
                files.tar(found.paths(), false, tar -> tar.transferTo(out));
              } catch (SandboxFailure | StopSwitch.Stopped e) {
                throw new IOException(e.getMessage(), e);
              }
            });
    stage.stop().check();
    stage.log().line("Created cache (%d bytes)".formatted(size));
  }

  /** True when a cache of that kind is kept after a job that ended so. */
  boolean wanted(boolean success) {
    return job.cache().stream().anyMatch(spec -> due(spec, success));
  }

  private static boolean due(CacheSpec spec, boolean success) {
    return switch (spec.when() == null ? "" : spec.when()) {
      case "always" -> true;
      case "on_failure" -> !success;
      default -> success;
    };
  }

  private static String policy(CacheSpec spec) {
    return spec.policy() == null || spec.policy().isEmpty() ? "pull-push" : spec.policy();
  }

  private String key(CacheSpec spec) {
    String key = spec.key() == null ? "" : stage.variables().expand(spec.key());
    return key.isBlank() ? "default" : printable(key);
  }

  /** The key, then what stands in for it, each once. */
  private List<String> keys(CacheSpec spec) {
    List<String> keys = new ArrayList<>(List.of(key(spec)));
    spec.fallbackKeys().stream().map(stage.variables()::expand).forEach(keys::add);
    keys.add(stage.variables().get("CACHE_FALLBACK_KEY"));
    return keys.stream().filter(key -> !key.isBlank()).map(Caches::printable).distinct().toList();
  }

  private static String printable(String key) {
    byte[] utf8 = key.getBytes(StandardCharsets.UTF_8);
    return new String(utf8, 0, Math.min(utf8.length, 1024), StandardCharsets.UTF_8)
        .replaceAll("\\p{Cntrl}", "?");
  }

  /** Caches belong to a project as GitLab numbers it, which no job can choose. */
  private String project() {
    return job.jobInfo() == null ? "0" : Long.toString(job.jobInfo().projectId());
  }
}
