package org.newci.runner.job;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import okhttp3.Call;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;
import org.newci.runner.archive.Selection;
import org.newci.runner.archive.TarToFiles;
import org.newci.runner.archive.TarToZip;
import org.newci.runner.archive.ZipToTar;
import org.newci.runner.gitlab.JobPayload;
import org.newci.runner.gitlab.JobPayload.ArtifactSpec;
import org.newci.runner.gitlab.JobPayload.Dependency;
import org.newci.runner.gitlab.RetryAfter;
import org.newci.runner.gitlab.RunnerApi;
import org.newci.runner.sandbox.Running;
import org.newci.runner.sandbox.SandboxFailure;

/**
 * Files of a job on their way to GitLab, and those of earlier jobs on their way in. What touches
 * the workspace runs inside the sandbox; the runner only moves and checks a stream.
 */
final class Artifacts {

  private static final int TRIES = 3;

  private final RunnerApi api;
  private final JobPayload job;
  private final JobStage stage;
  private final long limit;
  private final WorkspaceFiles files;

  Artifacts(RunnerApi api, JobPayload job, JobStage stage, long limit) {
    this.api = api;
    this.job = job;
    this.stage = stage;
    this.limit = limit;
    this.files = new WorkspaceFiles(stage);
  }

  /** True when something is to be uploaded after a job that ended so. */
  boolean wanted(boolean success) {
    return job.artifacts().stream().anyMatch(spec -> due(spec, success));
  }

  /** Unpacks the artifacts of earlier jobs over the sources. */
  void download() throws IOException, InterruptedException, SandboxFailure, StopSwitch.Stopped {
    for (Dependency dependency : job.dependencies()) {
      if (dependency.artifactsFile() == null || dependency.artifactsFile().filename() == null) {
        continue;
      }
      String name = dependency.name() + " (" + dependency.id() + ")";
      stage.log().important("Downloading artifacts for " + name + "...");
      Path zip = stage.workspace().exchange().resolve("dependency.zip");
      RunnerApi.Answer answer = fetch(dependency, zip);
      if (answer.status() != 200) {
        throw new IOException(
            "the artifacts of %s: GitLab answered %d %s"
                .formatted(name, answer.status(), answer.message()));
      }
      unpack(zip, name);
      Files.delete(zip);
    }
  }

  private RunnerApi.Answer fetch(Dependency dependency, Path zip)
      throws IOException, InterruptedException, StopSwitch.Stopped {
    for (int tried = 1; ; tried++) {
      Duration wait = Duration.ofSeconds(tried);
      try {
        RunnerApi.Answer answer = api.download(dependency, zip, limit);
        if (!RunnerApi.mayPass(answer.status()) || tried == TRIES) {
          return answer;
        }
        wait = longer(wait, answer.retryAfter());
      } catch (IOException e) {
        if (tried == TRIES) {
          throw e;
        }
        stage.log().warn("WARNING: " + e.getMessage() + "; once more");
      }
      stage.stop().pause(wait);
    }
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) >= 0 ? one : other;
  }

  private void unpack(Path zip, String name)
      throws IOException, InterruptedException, SandboxFailure, StopSwitch.Stopped {
    Running tar = stage.unpacking();
    Finished end =
        stage.with(
            tar,
            () -> {
              try (OutputStream in = tar.input()) {
                ZipToTar.copy(zip, in, limit, stage.log()::warn);
              } catch (IOException e) {
                throw new IOException("the artifacts of %s: %s".formatted(name, e.getMessage()), e);
              }
              return new Finished(tar.await(), "", tar.errors());
            });
    if (end.code() != 0) {
      throw new IOException(
          "the artifacts of %s cannot be unpacked: %s".formatted(name, end.errors().strip()));
    }
  }

  /** Uploads what is due after a job that ended so; fails when GitLab does not take it. */
  void upload(boolean success)
      throws IOException, InterruptedException, SandboxFailure, StopSwitch.Stopped {
    for (ArtifactSpec spec : job.artifacts()) {
      if (due(spec, success)) {
        upload(spec);
      }
    }
  }

  private static boolean due(ArtifactSpec spec, boolean success) {
    String when = spec.when() == null ? "" : spec.when();
    return switch (when) {
      case "always" -> true;
      case "on_failure" -> !success;
      default -> success;
    };
  }

  private void upload(ArtifactSpec spec)
      throws IOException, InterruptedException, SandboxFailure, StopSwitch.Stopped {
    if (!List.of("zip", "gzip", "raw").contains(spec.format())) {
      stage
          .log()
          .warn(
              "WARNING: artifacts of type %s: the format %s is not known to this runner"
                  .formatted(spec.type(), spec.format()));
      return;
    }
    stage.log().important("Uploading artifacts...");
    Selection.Found found =
        files.select(
            new WorkspaceFiles.Wanted(spec.paths(), spec.exclude(), spec.untracked(), false));
    if (found.paths().isEmpty()) {
      stage.log().error("ERROR: No files to upload");
      return;
    }
    send(spec, found.paths());
  }

  private void send(ArtifactSpec spec, List<String> paths)
      throws IOException, InterruptedException, StopSwitch.Stopped {
    URI at = null;
    for (int tried = 1; ; tried++) {
      Duration wait = Duration.ofSeconds(tried);
      TarUpload body = new TarUpload(spec, paths);
      Call call = api.upload(job, spec, fileName(spec), body, at);
      Runnable cancel = call::cancel;
      stage.stop().onStop(cancel);
      String trouble;
      try (Response response = call.execute()) {
        String location = response.header("Location");
        if (response.code() == 201) {
          stage
              .log()
              .line(
                  "Uploading artifacts as \"%s\" to coordinator... 201 Created id=%d"
                      .formatted(spec.type(), job.id()));
          return;
        }
        if (response.code() == 307 && location != null && at == null) {
          at = response.request().url().uri().resolve(location);
          continue;
        }
        trouble = "%d %s".formatted(response.code(), RunnerApi.sentence(response));
        wait = longer(wait, RetryAfter.of(response));
        if (!RunnerApi.mayPass(response.code())) {
          tried = TRIES;
        }
      } catch (IOException e) {
        stage.stop().check();
        // A fault of the archive itself is not made better by trying again.
        if (body.fault != null) {
          throw body.fault;
        }
        trouble = String.valueOf(e.getMessage());
      } finally {
        stage.stop().forget(cancel);
      }
      if (tried >= TRIES) {
        throw new IOException("the artifacts were not taken: " + trouble);
      }
      stage.log().warn("WARNING: the artifacts were not taken (%s); once more".formatted(trouble));
      stage.stop().pause(wait);
    }
  }

  private String fileName(ArtifactSpec spec) {
    String name = spec.name() == null ? "" : stage.variables().expand(spec.name());
    String clean = name.replaceAll("[^A-Za-z0-9._+-]", "_");
    String ending =
        switch (spec.format()) {
          case "gzip" -> ".gz";
          case "raw" -> "";
          default -> ".zip";
        };
    if (clean.isEmpty()) {
      return "artifacts" + ending;
    }
    return clean.endsWith(ending) ? clean : clean + ending;
  }

  /** The zip, made while it is sent: nothing of it lies on the runner's disk. */
  private final class TarUpload extends RequestBody {

    private final ArtifactSpec spec;
    private final List<String> paths;
    private @Nullable IOException fault;

    TarUpload(ArtifactSpec spec, List<String> paths) {
      this.spec = spec;
      this.paths = paths;
    }

    @Override
    public MediaType contentType() {
      return RunnerApi.fileType();
    }

    @Override
    public boolean isOneShot() {
      return true;
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
      OutputStream out = sink.outputStream();
      try {
        files.tar(
            paths,
            true,
            tar -> {
              switch (spec.format()) {
                case "gzip" -> TarToFiles.gzip(tar, out, paths, limit);
                case "raw" -> TarToFiles.raw(tar, out, paths, limit);
                default -> TarToZip.copy(tar, out, paths, limit);
              }
            });
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      } catch (SandboxFailure | StopSwitch.Stopped e) {
        throw new IOException(e.getMessage(), e);
      } catch (IOException e) {
        if (e.getMessage() != null && e.getMessage().matches("the a.*|tar: .*|Corrupted TAR.*")) {
          fault = e;
        }
        throw e;
      }
    }
  }
}
