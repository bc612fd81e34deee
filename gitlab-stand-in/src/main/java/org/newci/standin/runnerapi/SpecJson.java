package org.newci.standin.runnerapi;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.newci.standin.ci.ArtifactSpec;
import org.newci.standin.ci.CacheSpec;
import org.newci.standin.ci.CiVariable;
import org.newci.standin.ci.ImageSpec;
import org.newci.standin.ci.JobSpec;

/** Parts of a job's definition as runners read them (common/spec/spec.go). */
final class SpecJson {

  /** What GitLab calls the file of a report. */
  private static final Map<String, String> REPORT_NAMES =
      Map.of(
          "dotenv",
          ".env",
          "junit",
          "junit.xml",
          "cobertura",
          "cobertura-coverage.xml",
          "jacoco",
          "jacoco-coverage.xml");

  private SpecJson() {}

  /** An image, or a service. */
  static Map<String, Object> image(ImageSpec image) {
    Map<String, Object> docker = new LinkedHashMap<>();
    putIfGiven(docker, "platform", image.docker().platform());
    putIfGiven(docker, "user", image.docker().user());
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", image.name());
    json.put("alias", image.alias().isEmpty() ? null : image.alias());
    json.put("entrypoint", orNull(image.start().entrypoint()));
    json.put("command", orNull(image.start().command()));
    json.put("ports", List.of());
    json.put("executor_opts", docker.isEmpty() ? Map.of() : Map.of("docker", docker));
    json.put("pull_policy", image.pullPolicy());
    json.put("variables", image.variables().stream().map(SpecJson::variable).toList());
    return json;
  }

  private static void putIfGiven(Map<String, Object> json, String key, String value) {
    if (!value.isEmpty()) {
      json.put(key, value);
    }
  }

  private static @Nullable List<String> orNull(List<String> list) {
    return list.isEmpty() ? null : list;
  }

  private static Map<String, Object> variable(CiVariable variable) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("key", variable.key());
    json.put("value", variable.value());
    json.put("public", true);
    json.put("raw", variable.raw());
    return json;
  }

  /** One entry for the archive, and one for each kind of report. */
  static List<Map<String, Object>> artifacts(JobSpec spec) {
    List<Map<String, Object>> all = new ArrayList<>();
    spec.artifacts()
        .ifPresent(
            artifact -> {
              if (artifact.hasArchive()) {
                all.add(archive(artifact));
              }
              new TreeMap<>(artifact.reports())
                  .forEach((kind, paths) -> all.add(report(kind, paths, artifact.expireIn())));
            });
    return all;
  }

  private static Map<String, Object> archive(ArtifactSpec artifact) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", artifact.name().isEmpty() ? null : artifact.name());
    json.put("untracked", artifact.files().untracked());
    json.put("paths", artifact.paths());
    json.put("exclude", artifact.files().exclude());
    json.put("when", artifact.when().word());
    json.put("expire_in", artifact.expireIn().isEmpty() ? null : artifact.expireIn());
    json.put("artifact_type", "archive");
    json.put("artifact_format", "zip");
    return json;
  }

  private static Map<String, Object> report(String kind, List<String> paths, String expireIn) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", REPORT_NAMES.getOrDefault(kind, kind));
    json.put("untracked", false);
    json.put("paths", paths);
    json.put("exclude", List.of());
    json.put("when", "always");
    json.put("expire_in", expireIn.isEmpty() ? null : expireIn);
    json.put("artifact_type", kind);
    json.put("artifact_format", "gzip");
    return json;
  }

  /** A cache; protected branches have their own, unless the file shares it. */
  static Map<String, Object> cache(CacheSpec cache, boolean protectedRef) {
    String suffix = protectedRef && !cache.unprotect() ? "-protected" : "-non_protected";
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("key", cache.key() + suffix);
    json.put("untracked", cache.untracked());
    json.put("paths", cache.paths());
    json.put("policy", cache.policy());
    json.put("when", cache.when());
    json.put("fallback_keys", cache.fallbackKeys().stream().map(key -> key + suffix).toList());
    return json;
  }

  /** Scripts around the parts of a job. */
  static List<Map<String, Object>> hooks(JobSpec spec) {
    return spec.commands().preGetSources().isEmpty()
        ? List.of()
        : List.of(
            Map.of("name", "pre_get_sources_script", "script", spec.commands().preGetSources()));
  }
}
