package org.newci.runner.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.neighbours.NeedsProgram;

/** Caches from one job to the next. */
@NeedsProgram({"bwrap", "slirp4netns", "ip", "git"})
class CacheTest {

  @TempDir static Path dir;
  private static JobRig rig;

  @BeforeAll
  static void start() throws IOException {
    rig = new JobRig(dir, Map.of("NEWCI_CACHE_LIMIT", "4000000"));
  }

  @AfterAll
  static void stop() {
    rig.close();
  }

  private static ObjectNode job(String key, String policy, String... script) {
    ObjectNode job = rig.payload(script);
    ObjectNode cache = job.putArray("cache").addObject().put("key", key).put("policy", policy);
    cache.putArray("paths").add("vendor/");
    return job;
  }

  private static ObjectNode cache(ObjectNode job) {
    return (ObjectNode) job.get("cache").get(0);
  }

  private static final String LOOK = "cat vendor/x 2> /dev/null || echo nothing";

  @Test
  void theNextJobOfTheProjectFindsWhatWasKept() {
    ObjectNode keeps =
        job(
            "a-$CI_PROJECT_PATH",
            "pull-push",
            "mkdir vendor; echo kept > vendor/x; ln -s x vendor/y");
    String first = rig.run(keeps).log();
    assertThat(first).contains("Checking cache for a-team/shop...").contains("Created cache");
    String log = rig.run(job("a-team/shop", "pull", LOOK, "readlink vendor/y")).log();
    assertThat(log)
        .contains("Successfully extracted cache")
        .contains("\nkept\n")
        .contains("\nx\n")
        .contains("Not uploading cache a-team/shop due to policy");
  }

  @Test
  void anotherProjectFindsNothing() {
    rig.run(job("shared", "push", "mkdir vendor; echo secret > vendor/x"));
    ObjectNode other = job("shared", "pull", LOOK);
    ((ObjectNode) other.get("job_info")).put("project_id", 6);
    assertThat(rig.run(other).log()).contains("\nnothing\n").doesNotContain("secret");
    assertThat(rig.run(job("shared", "push", LOOK)).log())
        .contains("Not downloading cache shared due to policy")
        .contains("\nnothing\n");
  }

  @Test
  void anotherKeyStandsInAndWhenIsHeeded() {
    ObjectNode failing = job("w", "pull-push", "mkdir vendor; echo w > vendor/x", "false");
    rig.run(failing);
    assertThat(rig.run(job("w", "pull", LOOK)).log()).contains("\nnothing\n");
    cache(failing).put("when", "always");
    rig.run(failing.put("id", 9911));
    ObjectNode stands = job("missing/../x", "pull", LOOK);
    cache(stands).putArray("fallback_keys").add("none-either").add("w");
    assertThat(rig.run(stands).log()).contains("\nw\n");
  }

  @Test
  void whatIsTooLargeOrBrokenIsALineInTheLog() {
    String log =
        rig.run(job("large", "push", "mkdir vendor; head -c 5000000 /dev/zero > vendor/x")).log();
    assertThat(log)
        .contains("WARNING: Failed to create cache: the cache is larger than 4000000 bytes")
        .contains("Job succeeded");
    assertThat(rig.run(job("none", "push", "true")).log())
        .contains("nothing to cache")
        .contains("Job succeeded");
  }

  @Test
  void aCacheLeadsNowhereOutside() {
    ObjectNode hostile =
        job(
            "links",
            "pull-push",
            "mkdir vendor; ln -s /etc vendor/etc; ln -s ../.. vendor/up; echo x > vendor/x");
    cache(hostile).withArray("paths").add("/etc/passwd").add("../../home").add("vendor/etc/passwd");
    String log = rig.run(hostile).log();
    assertThat(log).contains("Created cache").contains("outside of the project's folder");
    assertThat(rig.run(job("links", "pull", "ls vendor; ls .. | wc -l")).log())
        .contains("\netc\nup\nx\n");
  }
}
