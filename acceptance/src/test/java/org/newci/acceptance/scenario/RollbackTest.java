package org.newci.acceptance.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.newci.acceptance.system.Shell;
import org.newci.acceptance.system.Sources;
import org.newci.acceptance.system.Web;

/** S36, S37, and several artifacts of one build: what was deployed is what was built. */
class RollbackTest extends Fixture {

  private static final String TWO_CI =
      """
      build:
        script:
          - tr a-z A-Z < seed > upper.bin
          - rev < seed > back.bin
        artifacts:
          paths: [upper.bin, back.bin]
      """;

  @Test
  void s37RollbackServesTheFormerVersionWithoutABuild() {
    Sources.Repository repository = hello("s37", "one\n");
    JsonNode first = deployed(repository, "s37.bin");
    repository.commit(Map.of("seed", "two\n"));
    JsonNode second = deployed(repository, "s37.bin");
    assertThat(newci.published("s37.bin").body()).isEqualTo(bytes("TWO\n"));
    int builds = builds();

    Shell.Result done = newci.newci("rollback", "--name", "s37.bin", "--why", "two is slow");
    assertThat(done.ok()).contains(first.path("artifact_digest").asText(), "/s37.bin");
    assertThat(newci.published("s37.bin").body()).isEqualTo(bytes("ONE\n"));
    assertThat(builds()).as("no build ran").isEqualTo(builds);

    JsonNode served = served("s37.bin");
    assertThat(served.path("why").asText()).isEqualTo("two is slow");
    assertThat(served.path("by").asText()).isEqualTo("operator");
    assertThat(served.path("build").asText()).isEqualTo(first.path("id").asText());
    assertThat("sha256:" + served.path("refused").path(0).asText())
        .isEqualTo(second.path("artifact_digest").asText());

    // The bytes that were left do not come back by themselves; others do.
    JsonNode again = newci.finished(post(repository, "s37.bin"));
    assertThat(again.path("outcome").asText()).isEqualTo("failed");
    assertThat(again.path("sentence").asText()).contains("rolled back");
    assertThat(newci.published("s37.bin").body()).isEqualTo(bytes("ONE\n"));
    repository.commit(Map.of("seed", "three\n"));
    deployed(repository, "s37.bin");
    assertThat(newci.published("s37.bin").body()).isEqualTo(bytes("THREE\n"));

    // Somebody says so: the refused bytes are served again, by the build that made them.
    newci
        .newci("rollback", "--name", "s37.bin", "--why", "x", "--to", second.path("id").asText())
        .ok();
    assertThat(newci.published("s37.bin").body()).isEqualTo(bytes("TWO\n"));
  }

  @Test
  void s36BytesThatWerePutByHandAreNotDeployed() {
    Sources.Repository repository = hello("s36", "tested\n");
    JsonNode first = deployed(repository, "s36.bin");
    repository.commit(Map.of("seed", "tested too\n"));
    deployed(repository, "s36.bin");

    // The name in the store now means something else; the deployments go by the digest.
    String blob = newci.env("NEWCI_BLOBS_URL") + "/blobs/hello.bin";
    Web.Answer put = newci.web().put(blob, bytes("by hand\n"));
    assertThat(put.status()).isLessThan(300);
    Web.Answer overwritten =
        newci
            .web()
            .post(
                newci.env("NEWCI_DEPLOY_URL") + "/deploy",
                "{\"artifact_id\":\"hello.bin\",\"published_name\":\"s36.bin\",\"sha256\":\"%s\"}"
                    .formatted(served("s36.bin").path("sha256").asText()));
    assertThat(overwritten.status()).as(overwritten.text()).isEqualTo(422);
    assertThat(overwritten.text()).contains("digest-mismatch");
    assertThat(newci.published("s36.bin").body()).isEqualTo(bytes("TESTED TOO\n"));
    newci.newci("rollback", "--name", "s36.bin", "--why", "x").ok();
    assertThat(newci.published("s36.bin").body()).isEqualTo(bytes("TESTED\n"));
    assertThat("sha256:" + served("s36.bin").path("sha256").asText())
        .isEqualTo(first.path("artifact_digest").asText());

    String byHand = "sha256:" + put.json().path("sha256").asText();
    Shell.Result refused =
        newci.newci("rollback", "--name", "s36.bin", "--why", "x", "--to", byHand);
    assertThat(refused.exit()).isEqualTo(3);
    assertThat(refused.err()).contains("was not served as 's36.bin'");
    assertThat(newci.published("s36.bin").body()).isEqualTo(bytes("TESTED\n"));
  }

  @Test
  void severalArtifactsAppearTogetherOrNotAtAll() {
    Sources.Repository repository =
        sources.repository("several", Map.of(".gitlab-ci.yml", TWO_CI, "seed", "abc\n"));
    String items =
        "{\"artifact\":\"upper.bin\",\"published_name\":\"two-upper\"},"
            + "{\"artifact\":\"back.bin\",\"published_name\":\"two-back\"}";
    JsonNode build = newci.finished(postSeveral(repository, items));
    assertThat(build.path("outcome").asText()).as(() -> story(build)).isEqualTo("succeeded");
    assertThat(build.path("artifacts")).hasSize(2);
    assertThat(newci.published("two-upper").body()).isEqualTo(bytes("ABC\n"));
    assertThat(newci.published("two-back").body()).isEqualTo(bytes("cba\n"));

    JsonNode none =
        newci.finished(
            postSeveral(
                repository, items.replace("two-", "none-") + ",{\"artifact\":\"missing.bin\"}"));
    assertThat(none.path("outcome").asText()).isEqualTo("failed");
    assertThat(none.path("sentence").asText()).contains("missing.bin");
    assertThat(newci.published("none-upper").status()).isEqualTo(404);
    assertThat(newci.published("none-back").status()).isEqualTo(404);
  }

  private JsonNode deployed(Sources.Repository repository, String name) {
    JsonNode build = newci.finished(post(repository, name));
    assertThat(build.path("outcome").asText()).as(() -> story(build)).isEqualTo("succeeded");
    return build;
  }

  private String post(Sources.Repository repository, String name) {
    return postFields(
        repository, "\"artifact\":\"hello.bin\",\"published_name\":\"%s\"".formatted(name));
  }

  private String postSeveral(Sources.Repository repository, String items) {
    return postFields(repository, "\"artifacts\":[%s]".formatted(items));
  }

  private String postFields(Sources.Repository repository, String fields) {
    Web.Answer answer =
        newci
            .web()
            .post(
                newci.env("NEWCI_URL") + "/cd",
                "{\"repo\":\"%s\",\"ref\":\"master\",%s}".formatted(repository.url(), fields));
    assertThat(answer.status()).as(answer.text()).isEqualTo(202);
    return answer.json().path("id").asText();
  }

  private int builds() {
    return newci.web().get(newci.env("NEWCI_URL") + "/status").json().path("builds").size();
  }

  private JsonNode served(String name) {
    JsonNode all = newci.web().get(newci.env("NEWCI_DEPLOY_URL") + "/deployments").json();
    for (JsonNode one : all.path("deployments")) {
      if (one.path("published_name").asText().equals(name)) {
        return one;
      }
    }
    throw new AssertionError("nothing is served as " + name + ": " + all);
  }
}
