package org.newci.acceptance.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.newci.acceptance.system.Jwt;
import org.newci.acceptance.system.Web;
import org.newci.neighbours.GitHttpBackend;

/** S08: what opens a private source is seen nowhere but in the secrets of the VCS worker. */
class HiddenSecretsTest extends Fixture {

  private static final String SECRET = "xyzzy-the-token-of-the-source";

  @Test
  void s08ACredentialIsInNoLogAnswerEnvironmentOrOtherFile() throws IOException {
    String ci =
        """
        build:
          script:
            - env | sort
            - cat /proc/self/environ | tr '\\0' '\\n'
            - git remote -v || true
            - cat .git/config || true
        """;
    withCi("secret", ci);
    Path registry = newci.data().resolve("projects.yaml");
    String before = Files.readString(registry);
    try (GitHttpBackend source = GitHttpBackend.serve(folder, SECRET)) {
      String url = source.url("secret");
      String place = url.replaceAll("http://|/.*", "");
      Path credential =
          Files.createDirectories(newci.data().resolve("vcs-worker/secrets/credentials/s08"));
      Files.writeString(credential.resolve("hosts"), place + "\n");
      Files.writeString(credential.resolve("user"), "ci\n");
      Files.writeString(credential.resolve("token"), SECRET + "\n");

      JsonNode without = newci.finished(newci.submit(url, "master", null));
      assertThat(without.path("outcome").asText()).isEqualTo("failed");
      inForce(registry, before.replace("projects:\n", "projects:\n" + pattern(place)));
      String id = newci.submit(url, "master", null);
      JsonNode build = newci.finished(id);
      assertThat(build.path("outcome").asText()).as(() -> story(build)).isEqualTo("succeeded");
      assertThat(newci.log(id)).contains("CI_PROJECT_PATH");

      List<String> seen = answers(id, build);
      String encoded = Base64.getEncoder().encodeToString(bytes("ci:" + SECRET));
      for (String hidden : List.of(SECRET, encoded, "secrets/credentials")) {
        assertThat(seen).noneMatch(text -> text.contains(hidden));
      }
      assertThat(filesWith(SECRET, credential)).isEmpty();
      assertThat(filesWith(encoded, credential)).isEmpty();
      strangersSeeNothing(id);
    } finally {
      Files.writeString(registry, before);
    }
  }

  private static String pattern(String place) {
    return """
      - match: "http://%s/**"
        loopback: true
        credential: s08
        submit: ["user:operator"]
    """
        .formatted(place);
  }

  /** The log says when a changed registry is read. */
  private void inForce(Path registry, String text) throws IOException {
    Path log = newci.data().resolve("logs/up.log");
    int old = Files.readString(log).length();
    Files.writeString(registry, text);
    Awaitility.await("the registry to be read")
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(100))
        .until(() -> Files.readString(log).substring(old).contains("is in force"));
  }

  /** All that NewCI and GitLab tell of the build, its pipeline and its jobs. */
  private List<String> answers(String id, JsonNode build) {
    List<String> seen = new ArrayList<>(List.of(build.toString(), newci.log(id)));
    seen.add(newci.web().get(newci.env("NEWCI_URL") + "/status").text());
    String project = "/projects/" + build.path("pipeline").path("project_id").asLong();
    String pipeline = project + "/pipelines/" + build.path("pipeline").path("id").asLong();
    for (String path :
        List.of(project, project + "/variables", pipeline, pipeline + "/jobs", project + "/jobs")) {
      Web.Answer answer = newci.gitlab("GET", path);
      assertThat(answer.status()).as(path).isEqualTo(200);
      seen.add(answer.text());
    }
    return seen;
  }

  private void strangersSeeNothing(String id) {
    Jwt jwt = Jwt.of(newci.data(), Clock.systemUTC().instant());
    String scopes = "builds:get status:get";
    Web mallory = newci.web().as(jwt.signed("newci", "controller", scopes, Duration.ofHours(1)));
    String url = newci.env("NEWCI_URL");
    assertThat(mallory.get(url + "/builds/" + id).status()).isEqualTo(404);
    assertThat(mallory.get(url + "/builds/" + id + "/log").status()).isEqualTo(404);
    assertThat(mallory.get(url + "/status").text()).doesNotContain(id);
  }

  private List<Path> filesWith(String text, Path except) throws IOException {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(newci.data())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (!file.startsWith(except) && holds(file, text)) {
          found.add(file);
        }
      }
    }
    return found;
  }

  /** As bytes, whatever the file is; one that goes away meanwhile holds nothing. */
  private static boolean holds(Path file, String text) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text);
    } catch (IOException e) {
      return false;
    }
  }
}
