package org.newci.acceptance.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.newci.acceptance.system.RegistryRules;
import org.newci.acceptance.system.RunningSystem;
import org.newci.acceptance.system.Sources;
import org.newci.acceptance.system.Web;

/** S26, S48 and private repositories: who may have what built, and what the builds are given. */
class ProjectsTest extends Fixture {

  private static final String SECRET = "only-the-build-knows-8c1f";

  /** Tells of the secret only its digest, and lets a log see it in every plain way. */
  private static final String ECHO_CI =
      """
      build:
        script:
          - echo "key is ${KEY:-absent} and $KEY"
          - env | sort
          - printf '%s' "$KEY" | cut -c1-9 | tr -d '\\n'; printf '%s\\n' "$KEY" | cut -c10-
          - printf '%s' "$KEY" | sha256sum > digest.txt
          - echo all was said
          - sleep 2
        artifacts:
          paths: [digest.txt]
      """;

  private String token(String subject) {
    return newci
        .newci(
            "token",
            "--data",
            newci.data().toString(),
            "--subject",
            subject,
            "--scope",
            "cd:post status:get builds:get builds:cancel builds:retry")
        .ok()
        .strip();
  }

  private Web.Answer submitAs(String token, String repo) {
    String body = "{\"repo\":\"%s\",\"ref\":\"master\"}".formatted(repo);
    return newci.web().as(token).post(newci.env("NEWCI_URL") + "/cd", body);
  }

  @Test
  void s26ANewRepositoryIsBuiltWithAnOrdinaryTokenAndNobodyElse() {
    Sources.Repository repository = hello("s26", "self\n");
    Web.Answer answer = submitAs(token("developer"), repository.url());
    assertThat(answer.status()).as(answer.text()).isEqualTo(202);
    JsonNode build = newci.finished(answer.json().path("id").asText());
    assertThat(build.path("outcome").asText()).as(() -> story(build)).isEqualTo("succeeded");
    assertThat(build.path("submitter").asText()).isEqualTo("developer");
  }

  @Test
  void aPrivateRepositoryIsNotThereForOthers() {
    Sources.Repository repository = hello("private", "secret\n");
    String rule =
        """
          - match: %s
            loopback: true
            submit: ["user:owner"]
            read: ["user:owner", "user:reader"]
            publish: ["private-*"]
        """
            .formatted(repository.url());
    try (RegistryRules _ = RegistryRules.before(newci, rule)) {
      String stranger = token("stranger");
      Web.Answer refused = submitAs(stranger, repository.url());
      assertThat(refused.status()).as(refused.text()).isEqualTo(422);
      assertThat(refused.text()).contains("not-in-registry", "project registry");
      Web.Answer reader = submitAs(token("reader"), repository.url());
      assertThat(reader.status()).as(reader.text()).isEqualTo(403);
      String url = newci.env("NEWCI_URL");
      String named =
          "{\"repo\":\"%s\",\"ref\":\"master\",\"artifact\":\"hello.bin\"}"
              .formatted(repository.url());
      Web.Answer name = newci.web().as(token("owner")).post(url + "/cd", named);
      assertThat(name.status()).as(name.text()).isEqualTo(422);
      assertThat(name.text()).contains("name-not-allowed", "hello.bin", "private-*");

      Web.Answer answer = submitAs(token("owner"), repository.url());
      assertThat(answer.status()).as(answer.text()).isEqualTo(202);
      String id = answer.json().path("id").asText();
      Web other = newci.web().as(stranger);
      for (String path : List.of("", "/log", "/events")) {
        assertThat(other.get(url + "/builds/" + id + path).status()).isEqualTo(404);
      }
      for (String action : List.of("/cancel", "/retry")) {
        assertThat(other.post(url + "/builds/" + id + action, "").status()).isEqualTo(404);
      }
      assertThat(other.get(url + "/status").text()).doesNotContain(id, repository.url());
      assertThat(newci.finished(id).path("outcome").asText()).isEqualTo("succeeded");
      assertThat(newci.web().as(token("reader")).get(url + "/status").text()).contains(id);
    }
  }

  @Test
  void s48ASecretReachesItsBuildAndNothingElse() throws Exception {
    Files.writeString(newci.data().resolve("controller/secrets/builds/s48"), SECRET + "\n");
    Sources.Repository repository = withCi("s48", ECHO_CI);
    repository.git("branch", "feature");
    String rule =
        """
          - match: %s
            loopback: true
            publish: ["*.txt"]
            secrets: [{name: KEY, file: s48, refs: [master]}]
        """
            .formatted(repository.url());
    try (RegistryRules _ = RegistryRules.before(newci, rule)) {
      String id = newci.submit(repository.url(), "master", "digest.txt");
      Awaitility.await("the job to have said all")
          .atMost(RunningSystem.BUILD_LIMIT)
          .until(() -> newci.log(id).contains("all was said"));
      assertThat(commandLines()).isNotEmpty().noneMatch(line -> line.contains(SECRET));
      JsonNode build = newci.finished(id);
      assertThat(build.path("outcome").asText()).as(() -> story(build)).isEqualTo("succeeded");
      assertThat(newci.published("digest.txt").text()).startsWith(sha256(SECRET));
      assertThat(newci.log(id)).contains("key is [MASKED] and [MASKED]");
      String url = newci.env("NEWCI_URL");
      for (String path :
          List.of(
              "/status", "/builds/" + id, "/builds/" + id + "/log", "/builds/" + id + "/events")) {
        assertThat(newci.web().get(url + path).text()).doesNotContain(SECRET);
      }
      long project = build.path("pipeline").path("project_id").asLong();
      long pipeline = build.path("pipeline").path("id").asLong();
      JsonNode jobs =
          newci.gitlab("GET", "/projects/%d/pipelines/%d/jobs".formatted(project, pipeline)).json();
      String trace =
          newci
              .gitlab(
                  "GET",
                  "/projects/%d/jobs/%d/trace".formatted(project, jobs.path(0).path("id").asLong()))
              .text();
      assertThat(trace).contains("all was said").doesNotContain(SECRET);

      String other = newci.submit(repository.url(), "feature", null);
      JsonNode unreviewed = newci.finished(other);
      assertThat(unreviewed.path("outcome").asText()).isEqualTo("succeeded");
      assertThat(newci.log(other)).contains("key is absent and");
    }
    assertThat(filesWith(SECRET)).isEmpty();
  }

  @Test
  void aBuildHasItsSubmodulesAndTags() {
    Sources.Repository lib = sources.repository("sub-lib", Map.of("text", "from the library\n"));
    Sources.Repository repository =
        withCi(
            "sub-app",
            """
            variables: {GIT_SUBMODULE_STRATEGY: recursive}
            build:
              script: [cat ext/lib/text > sub.txt, git describe >> sub.txt]
              artifacts: {paths: [sub.txt]}
            """);
    repository.write(".gitmodules", "[submodule \"lib\"]\n\tpath = ext/lib\n\turl = ../sub-lib\n");
    String commit = lib.git("rev-parse", "HEAD").strip();
    repository.git("update-index", "--add", "--cacheinfo", "160000," + commit + ",ext/lib");
    repository.git("add", ".gitmodules");
    repository.git("commit", "--quiet", "--message", "A library");
    repository.git("tag", "--annotate", "--message", "One", "v1.2");
    String rule =
        """
          - match: %s
            loopback: true
            submodules: true
            publish: ["*.txt"]
        """
            .formatted(repository.url());
    try (RegistryRules _ = RegistryRules.before(newci, rule)) {
      JsonNode build = newci.finished(newci.submit(repository.url(), "master", "sub.txt"));
      assertThat(build.path("outcome").asText()).as(() -> story(build)).isEqualTo("succeeded");
      assertThat(newci.published("sub.txt").text()).isEqualTo("from the library\nv1.2\n");
    }
  }

  private static String sha256(String text) throws GeneralSecurityException {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes(text)));
  }

  private static List<String> commandLines() {
    return ProcessHandle.allProcesses()
        .flatMap(process -> process.info().commandLine().stream())
        .toList();
  }

  /** Of what the system keeps, except where an operator puts secrets, and GitLab's own records. */
  private List<Path> filesWith(String text) throws IOException {
    try (Stream<Path> all = Files.walk(newci.data())) {
      return all.filter(Files::isRegularFile)
          .filter(file -> !file.startsWith(newci.data().resolve("controller/secrets")))
          .filter(file -> !file.startsWith(newci.data().resolve("gitlab-stand-in")))
          .filter(file -> read(file).contains(text))
          .toList();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      // It is gone by now: a socket, or a file of a job that has ended.
      return "";
    }
  }
}
