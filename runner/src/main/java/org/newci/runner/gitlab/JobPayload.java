package org.newci.runner.gitlab;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What GitLab hands to a runner: the part of the answer of {@code POST /api/v4/jobs/request} that
 * this runner understands.
 */
public record JobPayload(
    long id,
    Secret token,
    @Nullable JobInfo jobInfo,
    @Nullable GitInfo gitInfo,
    @Nullable RunnerInfo runnerInfo,
    List<JobVariable> variables,
    List<Step> steps,
    @Nullable Image image,
    List<Image> services,
    List<ArtifactSpec> artifacts,
    List<CacheSpec> cache,
    List<Dependency> dependencies,
    List<Hook> hooks,
    @Nullable Features features) {

  /** GitLab's own default when a job has no time limit, in seconds. */
  private static final long DEFAULT_TIMEOUT_SECONDS = 7200;

  public JobPayload {
    variables = orEmpty(variables);
    steps = orEmpty(steps);
    services = orEmpty(services);
    artifacts = orEmpty(artifacts);
    cache = orEmpty(cache);
    dependencies = orEmpty(dependencies);
    hooks = orEmpty(hooks);
  }

  /** Name and project of the job. */
  public record JobInfo(
      @Nullable String name,
      @Nullable String stage,
      long projectId,
      @Nullable String projectName) {}

  /** Which commit to fetch, and from where. */
  public record GitInfo(
      String repoUrl,
      @Nullable String repoObjectFormat,
      @Nullable String ref,
      String sha,
      @Nullable String refType,
      List<String> refspecs,
      int depth) {

    public GitInfo {
      refspecs = orEmpty(refspecs);
    }

    @Override
    public String toString() {
      return "GitInfo[" + sha + "]";
    }
  }

  /** The time limit, in seconds. */
  public record RunnerInfo(long timeout) {}

  /** The lines of {@code script} or {@code after_script}. */
  public record Step(String name, List<String> script) {

    public Step {
      script = orEmpty(script);
    }
  }

  /** Lines that run at a point of the job that its name tells. */
  public record Hook(String name, List<String> script) {

    public Hook {
      script = orEmpty(script);
    }
  }

  /** A container image; this runner has none. */
  public record Image(@Nullable String name) {}

  /** Files to keep. */
  public record ArtifactSpec(
      @Nullable String name,
      boolean untracked,
      List<String> paths,
      List<String> exclude,
      @Nullable String when,
      @Nullable String artifactType,
      @Nullable String artifactFormat,
      @Nullable String expireIn) {

    public ArtifactSpec {
      paths = orEmpty(paths);
      exclude = orEmpty(exclude);
    }

    /** {@code archive}, or the kind of a report. */
    public String type() {
      return artifactType == null || artifactType.isEmpty() ? "archive" : artifactType;
    }

    /** {@code zip}, {@code gzip} or {@code raw}; what GitLab leaves out is zip. */
    public String format() {
      return artifactFormat == null || artifactFormat.isEmpty() ? "zip" : artifactFormat;
    }
  }

  /** Files that the next jobs may find again. */
  public record CacheSpec(
      @Nullable String key,
      boolean untracked,
      @Nullable String policy,
      List<String> paths,
      @Nullable String when,
      List<String> fallbackKeys) {

    public CacheSpec {
      paths = orEmpty(paths);
      fallbackKeys = orEmpty(fallbackKeys);
    }
  }

  /** An earlier job whose artifacts are unpacked before the script. */
  public record Dependency(
      long id, @Nullable String name, Secret token, @Nullable ArtifactsFile artifactsFile) {}

  /** The archive of an earlier job; size in bytes. */
  public record ArtifactsFile(@Nullable String filename, long size) {}

  /** What the server can show and understand. */
  public record Features(
      boolean traceSections, List<String> tokenMaskPrefixes, List<String> failureReasons) {

    public Features {
      tokenMaskPrefixes = orEmpty(tokenMaskPrefixes);
      failureReasons = orEmpty(failureReasons);
    }
  }

  /** The job's time limit in seconds. */
  public long timeoutSeconds() {
    return runnerInfo == null || runnerInfo.timeout() <= 0
        ? DEFAULT_TIMEOUT_SECONDS
        : runnerInfo.timeout();
  }

  /** The lines of that step; none when the job has no such step. */
  public List<String> script(String step) {
    return steps.stream()
        .filter(candidate -> candidate.name().equals(step))
        .flatMap(candidate -> candidate.script().stream())
        .toList();
  }

  /** The lines of that hook; none when the job has no such hook. */
  public List<String> hook(String name) {
    return hooks.stream()
        .filter(candidate -> candidate.name().equals(name))
        .flatMap(candidate -> candidate.script().stream())
        .toList();
  }

  private static <T> List<T> orEmpty(@Nullable List<T> list) {
    return list == null ? List.of() : List.copyOf(list);
  }

  @Override
  public String toString() {
    return "JobPayload[" + id + "]";
  }
}
