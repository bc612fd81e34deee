package org.newci.standin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.neighbours.NeedsProgram;

/** What tokens and levels are good for, over REST and over git. */
@NeedsProgram("git")
class AccessTest {

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

  private String token(long project, String scopes, int level) {
    StandIn.Answer made =
        standIn.post(
            "/projects/%d/access_tokens".formatted(project),
            "{\"name\":\"t\",\"scopes\":[%s],\"access_level\":%d}".formatted(scopes, level));
    assertThat(made.status()).as(made.body()).isEqualTo(201);
    return made.json().path("token").asText();
  }

  private int status(String method, String path, String body, String token) {
    return standIn.call(method, path, body, token).status();
  }

  @Test
  void aTokenReachesAsFarAsItsScopesAndLevel() throws Exception {
    long id = standIn.project("app");
    long elsewhere = standIn.project("elsewhere");
    Git git = Git.init(dir.resolve("copy"));
    git.commit("a.txt", "a");
    git.run("push", "-q", standIn.gitUrl("app", "x", StandIn.ROOT), "HEAD:master");
    String one = "/projects/" + id;
    String file = one + "/repository/files/a.txt/raw?ref=master";
    String variable = "{\"key\":\"A\",\"value\":\"x\"}";
    record Row(
        String scopes, int level, int get, int variables, int raw, boolean fetch, boolean push) {}
    List<String> wrong = new ArrayList<>();
    for (Row row :
        List.of(
            new Row("\"api\"", 40, 200, 201, 200, true, true),
            new Row("\"api\"", 30, 200, 403, 200, true, false),
            new Row("\"api\"", 10, 200, 403, 403, false, false),
            new Row("\"read_api\"", 40, 200, 403, 200, false, false),
            new Row("\"read_repository\"", 40, 403, 403, 200, true, false),
            new Row("\"write_repository\"", 40, 403, 403, 403, true, true),
            new Row("\"create_runner\"", 40, 403, 403, 403, false, false))) {
      String token = token(id, row.scopes(), row.level());
      standIn.delete(one + "/variables/A");
      String url = standIn.gitUrl("app", "any", token);
      git.commit("b.txt", token);
      Row seen =
          new Row(
              row.scopes(),
              row.level(),
              status("GET", one, null, token),
              status("POST", one + "/variables", variable, token),
              status("GET", file, null, token),
              git.attempt("ls-remote", url).exit() == 0,
              git.attempt("push", "-q", url, "HEAD:master").exit() == 0);
      if (!seen.equals(row)) {
        wrong.add("%s instead of %s".formatted(seen, row));
      }
      assertThat(status("GET", "/projects/" + elsewhere, null, token)).isIn(403, 404);
      assertThat(git.attempt("ls-remote", standIn.gitUrl("elsewhere", "x", token)).exit())
          .isNotZero();
    }
    assertThat(wrong).isEmpty();
    JsonNode refused =
        standIn.call("POST", one + "/variables", variable, token(id, "\"read_api\"", 40)).json();
    assertThat(refused.path("error").asText()).isEqualTo("insufficient_scope");
    assertThat(refused.path("scope").asText()).isEqualTo("api");
    String runners = "{\"runner_type\":\"project_type\",\"project_id\":%d}".formatted(id);
    assertThat(status("POST", "/user/runners", runners, token(id, "\"create_runner\"", 40)))
        .isEqualTo(201);
  }

  @Test
  void aRevokedTokenIsWorthNothingAlsoAfterARestart() throws Exception {
    long id = standIn.project("app");
    String all = "/projects/%d/access_tokens".formatted(id);
    String first = token(id, "\"api\",\"self_rotate\"", 40);
    StandIn.Answer rotated = standIn.call("POST", all + "/self/rotate", "{}", first);
    assertThat(rotated.status()).isEqualTo(200);
    String second = rotated.json().path("token").asText();
    StandIn.Answer gone = standIn.call("GET", "/user", null, first);
    assertThat(gone.status()).isEqualTo(401);
    assertThat(gone.json().path("error_description").asText()).contains("revoked");
    standIn.close();
    standIn.start();
    assertThat(status("GET", "/projects/" + id, null, second)).isEqualTo(200);
    assertThat(status("GET", "/user", null, first)).isEqualTo(401);
    assertThat(standIn.delete(all + "/" + rotated.json().path("id").asText()).status())
        .isEqualTo(204);
    assertThat(status("GET", "/projects/" + id, null, second)).isEqualTo(401);
    Git git = Git.init(dir.resolve("copy"));
    assertThat(git.attempt("ls-remote", standIn.gitUrl("app", "x", second)).exit()).isNotZero();
  }

  @Test
  void badWishesForTokensAreRefused() {
    String all = "/projects/%d/access_tokens".formatted(standIn.project("app"));
    assertThat(standIn.post(all, "{\"scopes\":[\"api\"]}").json().path("error").asText())
        .isEqualTo("name is missing");
    assertThat(standIn.post(all, "{\"name\":\"a\"}").json().path("error").asText())
        .isEqualTo("scopes is missing");
    for (String bad :
        List.of(
            "\"scopes\":[\"everything\"]",
            "\"scopes\":[\"api\"],\"access_level\":7",
            "\"scopes\":[\"api\"],\"expires_at\":\"soon\"",
            "\"scopes\":[\"api\"],\"expires_at\":\"2001-01-01\"",
            "\"scopes\":[\"api\"],\"expires_at\":\"2999-01-01\"")) {
      assertThat(standIn.post(all, "{\"name\":\"a\"," + bad + "}").status()).as(bad).isEqualTo(400);
    }
    assertThat(standIn.get(all + "/99").status()).isEqualTo(404);
    assertThat(standIn.get(all + "/x").status()).isEqualTo(404);
    assertThat(status("GET", all, null, StandIn.OTHER)).isEqualTo(404);
  }

  @Test
  void scopesStandInTheFileOfTokensToo() throws Exception {
    standIn.close();
    Path tokens = dir.resolve("home/secrets/tokens");
    Files.writeString(tokens, "root %s\nother glpat-reader read_api\n".formatted(StandIn.ROOT));
    standIn.start();
    assertThat(status("GET", "/user", null, StandIn.OTHER)).isEqualTo(401);
    assertThat(status("GET", "/user", null, "glpat-reader")).isEqualTo(200);
    assertThat(status("POST", "/projects", "{\"name\":\"a\"}", "glpat-reader")).isEqualTo(403);
    JsonNode self =
        standIn.call("GET", "/personal_access_tokens/self", null, "glpat-reader").json();
    assertThat(self.path("scopes").get(0).asText()).isEqualTo("read_api");
    StandIn.Answer made =
        standIn.post(
            "/users/%d/personal_access_tokens".formatted(self.path("user_id").asLong()),
            "{\"name\":\"mine\",\"scopes\":[\"api\"]}");
    String mine = made.json().path("token").asText();
    assertThat(status("POST", "/projects", "{\"name\":\"a\"}", mine)).isEqualTo(201);
    assertThat(status("DELETE", "/personal_access_tokens/self", null, mine)).isEqualTo(204);
    assertThat(status("GET", "/user", null, mine)).isEqualTo(401);
  }

  @Test
  void protectedBranchesDecideWhoPushesWhat() throws Exception {
    long id = standIn.project("app");
    String rules = "/projects/%d/protected_branches".formatted(id);
    String root = standIn.gitUrl("app", "x", StandIn.ROOT);
    Git git = Git.init(dir.resolve("copy"));
    git.commit("a.txt", "a");
    git.run("push", "-q", root, "HEAD:master");
    String developer = standIn.gitUrl("app", "x", token(id, "\"api\"", 30));
    git.commit("a.txt", "b");
    assertThat(git.attempt("push", developer, "HEAD:master").output())
        .contains(
            "GitLab: You are not allowed to push code to protected branches on this project.");
    git.run("push", "-q", developer, "HEAD:next");
    git.run("push", "-q", root, "HEAD:master");
    git.run("commit", "-q", "--amend", "-m", "Another");
    assertThat(git.attempt("push", "-f", root, "HEAD:master").output())
        .contains(
            "GitLab: You are not allowed to force push code to a protected branch on this"
                + " project.");
    assertThat(status("PATCH", rules + "/master?allow_force_push=true", null, StandIn.ROOT))
        .isEqualTo(200);
    git.run("push", "-q", "-f", root, "HEAD:master");
    assertThat(
            standIn
                .post(rules, "{\"name\":\"release/*\",\"push_access_level\":0}")
                .json()
                .path("push_access_levels")
                .get(0)
                .path("access_level_description")
                .asText())
        .isEqualTo("No one");
    assertThat(git.attempt("push", root, "HEAD:release/1").output())
        .contains("GitLab: You are not allowed to create protected branches on this project.");
    assertThat(status("DELETE", rules + "/release%2F*", null, StandIn.ROOT)).isEqualTo(204);
    git.run("push", "-q", root, "HEAD:release/1");
    assertThat(standIn.post(rules, "{\"name\":\"master\"}").status()).isEqualTo(409);
    assertThat(standIn.post(rules, "{\"name\":\"x\",\"push_access_level\":7}").status())
        .isEqualTo(400);
  }

  @Test
  void lintSaysWhatIsWrong() throws Exception {
    long id = standIn.project("app");
    String lint = "/projects/%d/ci/lint".formatted(id);
    assertThat(standIn.get(lint).status()).isEqualTo(404);
    JsonNode good =
        standIn.post(lint, "{\"content\":\"a:\\n  script: make\\n\",\"include_jobs\":true}").json();
    assertThat(good.path("valid").asBoolean()).isTrue();
    assertThat(good.path("jobs").get(0).path("script").get(0).asText()).isEqualTo("make");
    JsonNode bad = standIn.post(lint, "{\"content\":\"a:\\n  scrip: make\\n\"}").json();
    assertThat(bad.path("valid").asBoolean()).isFalse();
    assertThat(bad.path("errors").get(0).asText()).contains("scrip");
    assertThat(standIn.post(lint, "{}").json().path("error").asText())
        .isEqualTo("content is missing");
    Git git = Git.init(dir.resolve("copy"));
    git.commit(".gitlab-ci.yml", "b:\n  script: make\n");
    git.run("push", "-q", standIn.gitUrl("app", "x", StandIn.ROOT), "HEAD:master");
    assertThat(standIn.get(lint + "?dry_run=true").json().path("valid").asBoolean()).isTrue();
  }

  @Test
  void keysetPagesAreFollowedToTheEnd() {
    for (int i = 0; i < 5; i++) {
      standIn.project("p" + i);
    }
    String path = "/projects?pagination=keyset&order_by=id&sort=asc&per_page=2";
    List<String> seen = new ArrayList<>();
    while (!path.isEmpty()) {
      StandIn.Answer page = standIn.get(path);
      page.json().forEach(project -> seen.add(project.path("path").asText()));
      String link = page.header("Link");
      path = link.isEmpty() ? "" : link.replaceAll("^<[^>]*/api/v4([^>]*)>; rel=\"next\"$", "$1");
    }
    assertThat(seen).containsExactly("p0", "p1", "p2", "p3", "p4");
    assertThat(standIn.get("/projects?pagination=keyset&order_by=name").status()).isEqualTo(405);
  }

  @Test
  void groupsAndMembersSurviveARestart() {
    long group =
        standIn.post("/groups", "{\"name\":\"T\",\"path\":\"t\"}").json().path("id").asLong();
    long project =
        standIn
            .post("/projects", "{\"name\":\"a\",\"namespace_id\":%d}".formatted(group))
            .json()
            .path("id")
            .asLong();
    StandIn.Answer twice = standIn.post("/groups", "{\"name\":\"T\",\"path\":\"T\"}");
    assertThat(twice.status()).isEqualTo(400);
    assertThat(twice.json().path("message").asText()).contains("has already been taken");
    assertThat(standIn.post("/groups", "{\"name\":\"A\",\"path\":\"api\"}").status())
        .isEqualTo(400);
    assertThat(standIn.post("/groups", "{\"name\":\"A\",\"path\":\"root\"}").status())
        .isEqualTo(400);
    String path = "/projects/" + project;
    assertThat(status("GET", path, null, StandIn.OTHER)).isEqualTo(404);
    long other = standIn.call("GET", "/user", null, StandIn.OTHER).json().path("id").asLong();
    standIn.post("/groups/t/members", "{\"user_id\":%d,\"access_level\":20}".formatted(other));
    standIn.close();
    standIn.start();
    assertThat(standIn.get("/projects/t%2Fa").json().path("id").asLong()).isEqualTo(project);
    assertThat(status("GET", path, null, StandIn.OTHER)).isEqualTo(200);
    assertThat(status("PUT", path, "{\"name\":\"b\"}", StandIn.OTHER)).isEqualTo(403);
    assertThat(status("DELETE", path, null, StandIn.OTHER)).isEqualTo(403);
    assertThat(standIn.get("/namespaces/t/exists").json().path("suggests").get(0).asText())
        .isEqualTo("t1");
  }
}
