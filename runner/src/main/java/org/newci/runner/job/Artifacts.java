package org.newci.runner.job;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import okhttp3.Call;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;
import org.newci.runner.archive.Selection;
import org.newci.runner.archive.TarToZip;
import org.newci.runner.archive.ZipToTar;
import org.newci.runner.gitlab.JobPayload;
import org.newci.runner.gitlab.JobPayload.ArtifactSpec;
import org.newci.runner.gitlab.JobPayload.Dependency;
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

  Artifacts(RunnerApi api, JobPayload job, JobStage stage, long limit) {
    this.api = api;
    this.job = job;
    this.stage = stage;
    this.limit = limit;
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
      int status = fetch(dependency, zip);
      if (status != 200) {
        throw new IOException("the artifacts of %s: GitLab answered %d".formatted(name, status));
      }
      unpack(zip, name);
      Files.delete(zip);
    }
  }

  private int fetch(Dependency dependency, Path zip) throws IOException, InterruptedException {
    for (int tried = 1; ; tried++) {
      try {
        int status = api.download(dependency, zip, limit);
        if (!RunnerApi.mayPass(status) || tried == TRIES) {
          return status;
        }
      } catch (IOException e) {
        if (tried == TRIES) {
          throw e;
        }
        stage.log().warn("WARNING: " + e.getMessage() + "; once more");
      }
      Thread.sleep(1000L * tried);
    }
  }

  private void unpack(Path zip, String name)
      throws IOException, InterruptedException, SandboxFailure, StopSwitch.Stopped {
    Running tar =
        stage
            .sandbox()
            .quiet(
                stage.workspace(),
                stage.projectInside(),
                List.of("tar", "--extract", "--no-same-owner", "--file=-"));
    Finished end =
        stage.with(
            tar,
            () -> {
              try (OutputStream in = tar.input()) {
                ZipToTar.copy(zip, in, limit, stage.log()::warn);
              } catch (IOException e) {
                throw new IOException("the artifacts of %s: %s".formatted(name, e.getMessage()), e);
              }
              return new Finished(tar.await(), tar.errors());
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
    String type = spec.artifactType() == null ? "archive" : spec.artifactType();
    if (!type.equals("archive") && !type.isEmpty()) {
      stage
          .log()
          .warn("WARNING: reports of type %s are not uploaded by this runner".formatted(type));
      return;
    }
    if (spec.untracked()) {
      stage.log().warn("WARNING: artifacts: untracked is not understood by this runner");
    }
    stage.log().important("Uploading artifacts...");
    List<String> paths = spec.paths().stream().map(stage.variables()::expand).toList();
    List<String> exclude = spec.exclude().stream().map(stage.variables()::expand).toList();
    Selection.Found found;
    try {
      found = Selection.of(stage.projectOnHost(), stage.projectInside(), paths, exclude);
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
    found.messages().forEach(stage.log()::line);
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
      TarUpload body = new TarUpload(paths);
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
                  "Uploading artifacts as \"archive\" to coordinator... 201 Created id=%d"
                      .formatted(job.id()));
          return;
        }
        if (response.code() == 307 && location != null && at == null) {
          at = response.request().url().uri().resolve(location);
          continue;
        }
        trouble = "%d %s".formatted(response.code(), RunnerApi.sentence(response));
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
      Thread.sleep(1000L * tried);
    }
  }

  private String fileName(ArtifactSpec spec) {
    String name = spec.name() == null ? "" : stage.variables().expand(spec.name());
    String clean = name.replaceAll("[^A-Za-z0-9._+-]", "_");
    if (clean.isEmpty()) {
      return "artifacts.zip";
    }
    return clean.endsWith(".zip") ? clean : clean + ".zip";
  }

  /** The zip, made while it is sent: nothing of it lies on the runner's disk. */
  private final class TarUpload extends RequestBody {

    private final List<String> paths;
    private @Nullable IOException fault;

    TarUpload(List<String> paths) {
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
      // The list goes in whole before tar begins, so that neither side waits for the other.
      Running tar =
          stage
              .sandbox()
              .quiet(
                  stage.workspace(),
                  stage.projectInside(),
                  List.of(
                      "/bin/sh",
                      "-c",
                      "t=$(mktemp) && cat > \"$t\" && exec tar --create --format=gnu"
                          + " --hard-dereference --no-recursion --null --verbatim-files-from"
                          + " --files-from=\"$t\" --file=-"));
      try {
        stage.with(
            tar,
            () -> {
              try (OutputStream in = tar.input()) {
                for (String path : paths) {
                  in.write(path.getBytes(StandardCharsets.UTF_8));
                  in.write(0);
                }
              }
              try (InputStream out = tar.output()) {
                TarToZip.copy(out, sink.outputStream(), paths, limit);
                out.transferTo(OutputStream.nullOutputStream());
              }
              int code = tar.await();
              if (code != 0) {
                throw new IOException("tar: " + tar.errors().strip());
              }
              return code;
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
