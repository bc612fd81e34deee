package org.newci.standin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProjectsTest {

  @TempDir Path dir;
  private StandIn standIn;

  @BeforeEach
  void start() {
    standIn = new StandIn(dir.resolve("home"));
  }

  @AfterEach
  void stop() {
    standIn.close();
  }

  @Test
  void nobodyUnknownIsServed() {
    StandIn.Answer nobody = standIn.call("GET", "/projects", null, null);
    assertThat(nobody.status()).isEqualTo(401);
    assertThat(nobody.json().path("message").asText()).isEqualTo("401 Unauthorized");
    assertThat(standIn.call("GET", "/user", null, "glpat-wrong").status()).isEqualTo(401);
    StandIn.Answer bearer =
        standIn.send(
            HttpRequest.newBuilder(URI.create(standIn.url() + "/api/v4/user"))
                .header("Authorization", "Bearer " + StandIn.ROOT)
                .build());
    assertThat(bearer.json().path("username").asText()).isEqualTo("root");
    assertThat(bearer.json().path("is_admin").asBoolean()).isTrue();
    assertThat(standIn.get("/version").json().path("version").asText()).startsWith("18.");
    assertThat(standIn.get("/nothing/here").status()).isEqualTo(404);
    assertThat(standIn.get("/nothing/here").json().path("error").asText())
        .isEqualTo("404 Not Found");
  }

  @Test
  void aProjectIsFoundByNumberAndByPath() {
    JsonNode made =
        standIn.post("/projects", "{\"name\":\"My App\",\"visibility\":\"private\"}").json();
    assertThat(made.path("path_with_namespace").asText()).isEqualTo("root/my-app");
    assertThat(made.path("default_branch").isNull()).isTrue();
    long id = made.path("id").asLong();
    assertThat(standIn.get("/projects/" + id).json()).isEqualTo(made);
    assertThat(standIn.get("/projects/root%2Fmy-app").json().path("id").asLong()).isEqualTo(id);
    assertThat(standIn.get("/projects/root%2FMY-APP").status()).isEqualTo(200);
    assertThat(standIn.get("/projects/root%2Fother").json().path("message").asText())
        .isEqualTo("404 Project Not Found");
    assertThat(standIn.call("GET", "/projects/" + id, null, StandIn.OTHER).status()).isEqualTo(404);
    StandIn.Answer twice = standIn.post("/projects", "{\"path\":\"my-app\"}");
    assertThat(twice.status()).isEqualTo(400);
    assertThat(twice.json().path("message").path("path").get(0).asText())
        .isEqualTo("has already been taken");
  }

  @ParameterizedTest
  @CsvSource({"a--b", "-a", "a.git", "tree", "a b", "a.", "ä"})
  void aBadPathIsRefused(String path) {
    StandIn.Answer answer = standIn.post("/projects", "{\"path\":\"%s\"}".formatted(path));
    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    assertThat(answer.json().path("message").isObject()).isTrue();
  }

  @Test
  void wrongParametersAreNamed() {
    assertThat(standIn.post("/projects", "{}").json().path("error").asText()).contains("name");
    assertThat(standIn.post("/projects", "{broken").status()).isEqualTo(400);
    assertThat(standIn.post("/projects", "[1]").status()).isEqualTo(400);
    assertThat(
            standIn
                .post("/projects", "{\"name\":\"a\",\"visibility\":\"secret\"}")
                .json()
                .path("error")
                .asText())
        .isEqualTo("visibility does not have a valid value");
    assertThat(standIn.get("/projects?per_page=x").status()).isEqualTo(400);
  }

  @Test
  void deletionTakesTwoSteps() throws Exception {
    long id = standIn.project("app");
    assertThat(
            standIn
                .delete("/projects/%d?permanently_remove=true&full_path=root/app".formatted(id))
                .json()
                .path("message")
                .asText())
        .isEqualTo("Project must be marked for deletion first.");
    StandIn.Answer marked = standIn.delete("/projects/root%2Fapp");
    assertThat(marked.status()).isEqualTo(202);
    assertThat(marked.json().path("message").asText()).isEqualTo("202 Accepted");
    JsonNode dying = standIn.get("/projects/" + id).json();
    String renamed = "root/app-deletion_scheduled-" + id;
    assertThat(dying.path("path_with_namespace").asText()).isEqualTo(renamed);
    assertThat(dying.path("archived").asBoolean()).isTrue();
    assertThat(dying.path("marked_for_deletion_on").asText()).matches("\\d{4}-\\d\\d-\\d\\d");

    StandIn.Answer moved = standIn.get("/projects/root%2Fapp/hooks?page=1");
    assertThat(moved.status()).isEqualTo(301);
    assertThat(moved.header("Location"))
        .isEqualTo(standIn.url() + "/api/v4/projects/%d/hooks?page=1".formatted(id));
    assertThat(moved.body()).startsWith("This resource has been moved permanently to ");
    assertThat(standIn.delete("/projects/root%2Fapp").status()).isEqualTo(405);

    long next = standIn.project("app");
    assertThat(next).isGreaterThan(id);
    assertThat(standIn.get("/projects/root%2Fapp").json().path("id").asLong()).isEqualTo(next);

    String again = "/projects/%d".formatted(id);
    assertThat(standIn.delete(again).json().path("message").asText())
        .isEqualTo("Project has been already marked for deletion");
    assertThat(
            standIn
                .delete(again + "?permanently_remove=true&full_path=root/app")
                .json()
                .path("message")
                .asText())
        .startsWith("`full_path` is incorrect.");
    assertThat(standIn.delete(again + "?permanently_remove=true&full_path=" + renamed).status())
        .isEqualTo(202);
    assertThat(standIn.get(again).status()).isEqualTo(404);
    assertThat(Files.exists(standIn.home.resolve("data/repositories/%d.git".formatted(id))))
        .isFalse();
    assertThat(Files.exists(standIn.home.resolve("data/repositories/%d.git".formatted(next))))
        .isTrue();
  }

  @Test
  void onlyTheOwnerChangesAProject() {
    long id =
        standIn
            .post("/projects", "{\"name\":\"open\",\"visibility\":\"public\"}")
            .json()
            .path("id")
            .asLong();
    String path = "/projects/" + id;
    assertThat(standIn.call("GET", path, null, StandIn.OTHER).status()).isEqualTo(200);
    assertThat(standIn.call("DELETE", path, null, StandIn.OTHER).status()).isEqualTo(403);
    assertThat(standIn.call("PUT", path, "{\"name\":\"x\"}", StandIn.OTHER).status())
        .isEqualTo(403);
    assertThat(
            standIn
                .call("PUT", path, "{\"path\":\"opened\",\"visibility\":\"private\"}", StandIn.ROOT)
                .json()
                .path("path_with_namespace")
                .asText())
        .isEqualTo("root/opened");
    assertThat(standIn.get("/projects/root%2Fopen").status()).isEqualTo(301);
    assertThat(standIn.call("GET", path, null, StandIn.OTHER).status()).isEqualTo(404);
  }

  @Test
  void listsComeInPages() {
    for (int i = 1; i <= 5; i++) {
      standIn.project("app" + i);
    }
    StandIn.Answer page = standIn.get("/projects?per_page=2&page=2&search=app");
    assertThat(page.json()).hasSize(2);
    assertThat(page.json().get(0).path("path").asText()).isEqualTo("app3");
    assertThat(page.header("x-total")).isEqualTo("5");
    assertThat(page.header("x-total-pages")).isEqualTo("3");
    assertThat(page.header("x-next-page")).isEqualTo("3");
    assertThat(page.header("x-prev-page")).isEqualTo("1");
    assertThat(page.header("Link"))
        .contains("page=3&per_page=2&search=app>; rel=\"next\"")
        .contains("rel=\"first\"");
    assertThat(standIn.call("GET", "/projects", null, StandIn.OTHER).json()).isEmpty();
  }

  @Test
  void variablesAreKept() {
    String all = "/projects/%d/variables".formatted(standIn.project("app"));
    StandIn.Answer made = standIn.post(all, "{\"key\":\"A\",\"value\":\"12345678\"}");
    assertThat(made.status()).isEqualTo(201);
    assertThat(made.json().path("environment_scope").asText()).isEqualTo("*");
    assertThat(
            standIn.post(all, "{\"key\":\"A\",\"value\":\"x\"}").json().path("message").toString())
        .contains("(A) has already been taken");
    assertThat(standIn.post(all, "{\"key\":\"A B\",\"value\":\"x\"}").status()).isEqualTo(400);
    assertThat(standIn.post(all, "{\"key\":\"B\",\"value\":\"x\",\"masked\":true}").status())
        .isEqualTo(400);
    StandIn.Answer changed =
        standIn.call("PUT", all + "/A", "{\"value\":\"87654321\",\"masked\":true}", StandIn.ROOT);
    assertThat(changed.json().path("masked").asBoolean()).isTrue();
    assertThat(standIn.get(all + "/A").json().path("value").asText()).isEqualTo("87654321");
    assertThat(standIn.get(all).json()).hasSize(1);
    assertThat(standIn.delete(all + "/A").status()).isEqualTo(204);
    assertThat(standIn.get(all + "/A").json().path("message").asText())
        .isEqualTo("404 Variable Not Found");
  }

  @Test
  void stateSurvivesARestart() {
    long id = standIn.project("app");
    standIn.delete("/projects/" + id);
    standIn.delete(
        "/projects/%d?permanently_remove=true&full_path=root/app-deletion_scheduled-%d"
            .formatted(id, id));
    long next = standIn.project("app");
    standIn.close();
    standIn.start();
    assertThat(standIn.get("/projects/root%2Fapp").json().path("id").asLong()).isEqualTo(next);
    assertThat(standIn.get("/user").json().path("id").asLong()).isEqualTo(1);
    assertThat(standIn.project("third")).isEqualTo(next + 1);
  }

  @Test
  void runnersAreMadeByWhoMay() {
    StandIn.Answer made = standIn.post("/user/runners", "{\"runner_type\":\"instance_type\"}");
    assertThat(made.status()).isEqualTo(201);
    assertThat(made.json().path("token").asText()).startsWith("glrt-");
    assertThat(
            standIn
                .call("POST", "/user/runners", "{\"runner_type\":\"instance_type\"}", StandIn.OTHER)
                .status())
        .isEqualTo(403);
    assertThat(standIn.post("/user/runners", "{}").json().path("error").asText())
        .isEqualTo("runner_type is missing");
  }
}
