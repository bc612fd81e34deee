package org.newci.acceptance.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.newci.acceptance.system.Sources;
import org.newci.acceptance.system.Web;

/** S01, S03, S04: what was asked for is built, in order, and served. */
class HappyPathTest extends Fixture {

  @Test
  void s01CommitBecomesAPublishedFile() {
    Sources.Repository repository = hello("s01", "good morning\n");
    String commit = repository.git("rev-parse", "HEAD").strip();

    String body =
        "{\"repo\":\"%s\",\"ref\":\"master\",\"artifact\":\"hello.bin\",\"published_name\":\"s01.bin\"}"
            .formatted(repository.url());
    Web.Answer accepted = newci.web().post(newci.env("NEWCI_URL") + "/cd", body);
    assertThat(accepted.status()).isEqualTo(202);
    String id = accepted.json().path("id").asText();
    assertThat(accepted.header("Location")).hasValue("/builds/" + id);

    JsonNode status = newci.web().get(newci.env("NEWCI_URL") + "/status").json();
    JsonNode entry = status.path("builds").path(id);
    assertThat(entry.path("repo").asText()).isEqualTo(repository.url());
    assertThat(entry.path("ref").asText()).isEqualTo("master");
    assertThat(entry.path("artifact").asText()).isEqualTo("hello.bin");

    JsonNode build = newci.finished(id);
    assertThat(build.path("outcome").asText()).as(() -> story(build)).isEqualTo("succeeded");
    assertThat(build.path("commit").asText()).isEqualTo(commit);

    byte[] expected = bytes("GOOD MORNING\n");
    Web.Answer served = newci.published("s01.bin");
    assertThat(served.status()).isEqualTo(200);
    assertThat(served.body()).isEqualTo(expected);
    assertThat(build.path("url").asText()).isEqualTo(newci.env("NEWCI_SITE_URL") + "/s01.bin");

    String blobs = newci.env("NEWCI_BLOBS_URL") + "/blobs/";
    assertThat(newci.web().get(blobs + "hello.bin").body()).isEqualTo(expected);
    String digest = build.path("artifact_digest").asText();
    assertThat(digest).startsWith("sha256:");
    assertThat(newci.web().get(blobs + digest).body()).isEqualTo(expected);

    JsonNode after = newci.web().get(newci.env("NEWCI_URL") + "/status").json();
    assertThat(list(after, "finished")).contains(id);
    assertThat(list(after, "queued")).doesNotContain(id);
    assertThat(list(after, "building")).doesNotContain(id);
    assertThat(newci.log(id)).contains("building master", "=== job build (stage test) ===");
  }

  @Test
  void s03StepsFollowEachOther() {
    Sources.Repository repository =
        sources.repository(
            "s03",
            Map.of(
                ".gitlab-ci.yml", HELLO_CI.replace("echo building", "sleep 1; echo"), "seed", "x"));
    JsonNode build = newci.finished(newci.submit(repository.url(), "master", "hello.bin"));
    assertThat(build.path("outcome").asText()).as(() -> story(build)).isEqualTo("succeeded");

    List<String> names = new ArrayList<>();
    Instant last = Instant.EPOCH;
    for (JsonNode step : build.path("steps")) {
      names.add(step.path("name").asText());
      Instant start = Instant.parse(step.path("start").asText());
      Instant end = Instant.parse(step.path("end").asText());
      assertThat(start).isAfterOrEqualTo(last);
      assertThat(end).isAfterOrEqualTo(start);
      assertThat(step.path("result").asText()).isEqualTo("succeeded");
      assertThat(step.path("sentence").asText()).isNotBlank();
      last = end;
    }
    assertThat(names).containsExactly("mirror", "build", "collect", "deploy");
  }

  @Test
  void s04BranchTagAndCommitAreTheRightOnes() {
    Sources.Repository repository = hello("s04", "first\n");
    String first = repository.git("rev-parse", "HEAD").strip();
    repository.git("tag", "-a", "v1", "-m", "One");
    repository.git("checkout", "--quiet", "-b", "next");
    String next = repository.commit(Map.of("seed", "second\n"));
    repository.git("checkout", "--quiet", "master");
    repository.commit(Map.of("seed", "third\n"));

    assertBuilt(repository, "next", next, "SECOND\n");
    assertBuilt(repository, "v1", first, "FIRST\n");
    assertBuilt(repository, next, next, "SECOND\n");
    assertBuilt(repository, "refs/tags/v1", first, "FIRST\n");
  }

  private void assertBuilt(
      Sources.Repository repository, String ref, String commit, String content) {
    JsonNode build = newci.finished(newci.submit(repository.url(), ref, "hello.bin"));
    assertThat(build.path("outcome").asText()).as(() -> story(build)).isEqualTo("succeeded");
    assertThat(build.path("commit").asText()).isEqualTo(commit);
    assertThat(newci.published("hello.bin").body()).isEqualTo(bytes(content));
    long project = build.path("pipeline").path("project_id").asLong();
    // GitLab lists a pipeline that it skipped for each tag that it was told to skip.
    JsonNode branches =
        newci.gitlab("GET", "/projects/" + project + "/pipelines?ref=master").json();
    assertThat(branches).hasSize(1);
    assertThat(branches.get(0).path("ref").asText()).isEqualTo("master");
    assertThat(branches.get(0).path("sha").asText()).isEqualTo(commit);
    assertThat(remoteRefs(project))
        .filteredOn(line -> !line.contains("refs/tags/"))
        .containsExactly(commit + "\trefs/heads/master");
  }

  private List<String> remoteRefs(long project) {
    String url =
        newci
            .gitlab("GET", "/projects/" + project)
            .json()
            .path("http_url_to_repo")
            .asText()
            .replace("https://", "https://root:" + newci.env("NEWCI_GITLAB_TOKEN") + "@");
    return org.newci.acceptance.system.Shell.run(
            folder,
            Map.of("GIT_SSL_CAINFO", newci.env("NEWCI_CA")),
            java.time.Duration.ofSeconds(30),
            List.of("git", "ls-remote", "--heads", "--tags", url))
        .ok()
        .lines()
        .toList();
  }

  private static List<String> list(JsonNode status, String name) {
    List<String> ids = new ArrayList<>();
    status.path(name).forEach(id -> ids.add(id.asText()));
    return ids;
  }
}
