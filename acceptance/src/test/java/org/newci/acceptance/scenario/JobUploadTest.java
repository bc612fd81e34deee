package org.newci.acceptance.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.newci.acceptance.system.RegistryRules;
import org.newci.acceptance.system.RunningSystem;
import org.newci.acceptance.system.Sources;
import org.newci.acceptance.system.Web;
import org.newci.neighbours.NeedsProgram;

/**
 * A job that uploads by itself, with curl. Nothing of the machine is in a sandboxed job's reach,
 * the store on its loopback neither: so jobs run without a sandbox here.
 */
@NeedsProgram({"git", "curl"})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JobUploadTest {

  private static final String CI =
      """
      build:
        script:
          - echo "made by $NEWCI_BUILD" > app.tar
          - curl --fail -sS -T app.tar --oauth2-bearer "$NEWCI_UPLOAD_TOKEN" --cacert "$NEWCI_UPLOAD_CA" "$NEWCI_UPLOAD_URL"
          - echo "by the token '$NEWCI_UPLOAD_TOKEN'"
          - echo other > other
          - 'curl -sS -w "second: %{http_code}" -T other -H "Authorization: Bearer $NEWCI_UPLOAD_TOKEN" --cacert "$NEWCI_UPLOAD_CA" "$NEWCI_UPLOAD_URL"'
      """;

  private static final String RULE =
      """
        - match: "git://127.0.0.1:*/uploading"
          loopback: true
          submit: ["user:operator"]
          publish: [app.tar]
          uploads: true
      """;

  private RunningSystem newci;
  private Sources sources;

  @BeforeAll
  void start(@TempDir Path own) {
    newci = RunningSystem.fresh();
    newci.set("NEWCI_SANDBOX", "none");
    newci.up();
    sources = Sources.serve(own);
  }

  @AfterAll
  void stop() {
    sources.close();
    newci.close();
  }

  @Test
  void whatAJobUploadsIsServedAndItsTokenOpensNothingElse() throws IOException {
    String repo = sources.repository("uploading", Map.of(".gitlab-ci.yml", CI)).url();
    try (RegistryRules rules = RegistryRules.before(newci, RULE)) {
      assertThat(rules).isNotNull();
      String id = newci.submit(repo, "master", "app.tar");
      JsonNode build = newci.finished(id);
      String log = newci.log(id);
      assertThat(build.path("outcome").asText()).as(build + "\n" + log).isEqualTo("succeeded");
      assertThat(newci.published("app.tar").text()).isEqualTo("made by " + id + "\n");
      assertThat(build.path("steps").toString()).contains("app.tar, uploaded by a job,");
      assertThat(log).contains("by the token '[MASKED]'", "second: 409");

      String token = token(build);
      String store = newci.env("NEWCI_BLOBS_URL");
      Web job = newci.web().as(token);
      byte[] other = "other".getBytes(StandardCharsets.UTF_8);
      assertThat(job.put(store + "/uploads", other).status()).isEqualTo(409);
      assertThat(job.put(store + "/blobs/app.tar", other).status()).isEqualTo(401);
      assertThat(job.get(store + "/blobs/" + id + ".app.tar").status()).isEqualTo(401);
      assertThat(newci.published("app.tar").text()).isEqualTo("made by " + id + "\n");
      String provenance =
          newci.web().get(store + "/blobs/" + id + ".app.tar/provenance").json().toString();
      assertThat(provenance).contains(id, repo).doesNotContain("\"job\":\"");

      String events = newci.env("NEWCI_URL") + "/builds/" + id + "/events";
      assertThat(
              List.of(build.toString(), log, provenance, newci.web().get(events).text(), status()))
          .noneMatch(text -> text.contains(token));
      assertThat(filesWith(token)).isEmpty();
    }
  }

  private String status() {
    return newci.web().get(newci.env("NEWCI_URL") + "/status").text();
  }

  private String token(JsonNode build) {
    long project = build.path("pipeline").path("project_id").asLong();
    String path = "/projects/%d/variables/NEWCI_UPLOAD_TOKEN".formatted(project);
    JsonNode variable = newci.gitlab("GET", path).json();
    assertThat(variable.path("masked").asBoolean()).isTrue();
    return variable.path("value").asText();
  }

  /** But for GitLab's own, which has the project's variables. */
  private List<Path> filesWith(String text) throws IOException {
    try (Stream<Path> files = Files.walk(newci.data())) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.startsWith(newci.data().resolve("gitlab-stand-in")))
          .filter(file -> holds(file, text))
          .toList();
    }
  }

  private static boolean holds(Path file, String text) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text);
    } catch (IOException e) {
      return false;
    }
  }
}
