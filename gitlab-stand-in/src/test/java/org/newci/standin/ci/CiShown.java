package org.newci.standin.ci;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A compiled file in lines for a test: one a job, or one a fault. */
final class CiShown {
  private final List<String> parts = new ArrayList<>();

  private CiShown() {}

  static List<String> of(Compiled compiled) {
    return switch (compiled) {
      case Compiled.Invalid invalid -> invalid.errors().stream().map(e -> "invalid: " + e).toList();
      case Compiled.NoJobs none -> List.of("none: " + none.why());
      case Compiled.Pipeline pipeline -> {
        List<String> lines = new ArrayList<>();
        if (!pipeline.workflow().equals(Workflow.PLAIN)) {
          Workflow workflow = pipeline.workflow();
          lines.add(
              "workflow: "
                  + workflow.name()
                  + " "
                  + workflow.onNewCommit()
                  + " "
                  + workflow.onJobFailure());
        }
        pipeline.jobs().forEach(job -> lines.add(new CiShown().job(job)));
        yield lines;
      }
    };
  }

  private String job(JobSpec job) {
    parts.add(job.stage() + "/" + job.name() + ":");
    parts.add(String.join("|", job.script()).replace("\n", "\\n"));
    add("after", String.join("|", job.afterScript()));
    add("hook", String.join("|", job.commands().preGetSources()));
    add("variables", variables(job.variables()));
    job.artifacts().ifPresent(this::artifacts);
    job.needs().ifPresent(needs -> add("needs", needs.stream().map(CiShown::need).toList()));
    job.dependencies().ifPresent(d -> add("dependencies", d));
    add("when", job.when() == JobWhen.ON_SUCCESS ? "" : job.when().name());
    job.startIn().ifPresent(t -> add("start_in", t.toSeconds() + "s"));
    add("allow_failure", job.allowFailure() ? "true" : "");
    add("allowed_codes", job.tolerance().allowFailure().exitCodes());
    retry(job.retry());
    add("interruptible", job.interruptible() ? "true" : "");
    add("tags", String.join(",", job.tags()));
    job.timeout().ifPresent(t -> add("timeout", t.toSeconds() + "s"));
    job.image().ifPresent(i -> add("image", image(i)));
    add("services", job.services().stream().map(CiShown::image).toList());
    job.caches().forEach(this::cache);
    job.environment().ifPresent(this::environment);
    job.coverage().ifPresent(c -> add("coverage", c));
    job.resourceGroup().ifPresent(g -> add("resource_group", g));
    job.place().node().ifPresent(n -> add("node", n.index() + "/" + n.total()));
    return String.join(" ", parts);
  }

  private static String variables(List<CiVariable> variables) {
    return String.join(
        ",", variables.stream().map(v -> v.key() + (v.raw() ? ":=" : "=") + v.value()).toList());
  }

  private static String need(Need need) {
    return need.job() + (need.artifacts() ? "" : "-") + (need.optional() ? "?" : "");
  }

  private void artifacts(ArtifactSpec spec) {
    add("artifacts", spec.name() + spec.paths() + spec.when().word());
    add("exclude", spec.files().exclude());
    add("untracked", spec.files().untracked() ? "true" : "");
    add("expire_in", spec.expireIn());
    add("access", spec.access().equals("all") ? "" : spec.access());
    Map<String, List<String>> reports = new TreeMap<>(spec.reports());
    add("reports", reports.isEmpty() ? "" : reports.toString());
  }

  private void retry(RetrySpec retry) {
    if (retry.max() > 0) {
      add("retry", retry.max() + " " + retry.when() + retry.exitCodes());
    }
  }

  private static String image(ImageSpec image) {
    List<String> all = new ArrayList<>(List.of(image.name()));
    all.add(image.alias().isEmpty() ? "" : "alias " + image.alias());
    all.add(shown("entrypoint ", image.start().entrypoint()));
    all.add(shown("command ", image.start().command()));
    all.add(shown("pull ", image.pullPolicy()));
    all.add(image.docker().platform());
    all.add(image.docker().user());
    all.add(variables(image.variables()));
    all.removeIf(String::isEmpty);
    return String.join(" ", all);
  }

  private static String shown(String name, List<String> list) {
    return list.isEmpty() ? "" : name + list;
  }

  private void cache(CacheSpec cache) {
    List<String> all = new ArrayList<>(List.of(cache.key() + cache.paths()));
    all.add(shown("else ", cache.fallbackKeys()));
    all.add(cache.untracked() ? "untracked" : "");
    all.add(cache.policy().equals("pull-push") ? "" : cache.policy());
    all.add(cache.when().equals("on_success") ? "" : cache.when());
    all.add(cache.unprotect() ? "unprotect" : "");
    all.removeIf(String::isEmpty);
    add("cache", String.join(" ", all));
  }

  private void environment(EnvironmentSpec environment) {
    add(
        "environment",
        String.join(
            "|",
            environment.name(),
            environment.url(),
            environment.action(),
            environment.onStop(),
            environment.autoStopIn(),
            environment.tier()));
  }

  private void add(String name, List<?> values) {
    // An empty list of needs says something, an empty list of anything else does not.
    boolean says = !values.isEmpty() || name.equals("needs") || name.equals("dependencies");
    add(name, says ? values.toString() : "");
  }

  private void add(String name, String value) {
    if (!value.isEmpty()) {
      parts.add(name + "=" + value);
    }
  }
}
