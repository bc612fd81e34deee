package org.newci.acceptance.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.newci.acceptance.system.Web;

/** S24: what cannot be an order, or must not be one, is refused with a sentence. */
class BadRequestsTest extends Fixture {

  private static final List<String> REPOS =
      List.of(
          "file:///etc/passwd",
          "/etc/passwd",
          "ext::sh -c id",
          "--upload-pack=touch /tmp/x",
          "ssh://-oProxyCommand=id/x",
          "https://user:secret@git.example/x",
          "http://169.254.169.254/latest/meta-data",
          "http://10.0.0.1/x",
          "http://2130706433/x",
          "http://[::ffff:10.0.0.1]/x",
          "https://git.example/public/../secret",
          "https://git.example/public/%2e%2e/secret",
          "https://git.example/a%2fb",
          "https://git.example/a%252e%252e",
          "https://git.example//a//b",
          "https://git.example/x?y=z",
          "https://git.example/x#y",
          "ftp://git.example/x",
          "x".repeat(3_000));

  private static final List<String> BODIES =
      List.of(
          "",
          "{",
          "[]",
          "null",
          "{\"repo\":1,\"ref\":\"m\"}",
          "{\"repo\":\"https://h.test/a\"}",
          "{\"repo\":\"https://h.test/a\",\"repo\":\"https://h.test/b\",\"ref\":\"m\"}",
          "{\"repo\":\"https://h.test/a\",\"ref\":\"m\",\"admin\":true}",
          "{\"repo\":\"https://h.test/a\",\"ref\":\"../m\"}",
          "{\"repo\":\"https://h.test/a\",\"ref\":\"--upload-pack=id\"}",
          "{\"repo\":\"https://h.test/a\",\"ref\":\"m\",\"artifact\":\"../../x\"}",
          "{\"repo\":\"https://h.test/a\",\"ref\":\"m\",\"artifact\":\"x\",\"published_name\":\"a/b\"}",
          "[".repeat(100_000));

  @Test
  void s24BadRequestsAreRefusedWithASentenceAndStartNothing() {
    String url = newci.env("NEWCI_URL");
    int before = builds();
    for (String repo : REPOS) {
      String body = "{\"repo\":\"%s\",\"ref\":\"master\"}".formatted(repo);
      Web.Answer answer = newci.web().post(url + "/cd", body);
      assertThat(answer.status()).as("%s: %s", repo, answer.text()).isEqualTo(400);
      assertThat(answer.json().path("detail").asText()).contains("'repo'").endsWith(".");
    }
    for (String body : BODIES) {
      Web.Answer answer = newci.web().post(url + "/cd", body);
      assertThat(answer.status()).as("%.80s: %s", body, answer.text()).isEqualTo(400);
      assertThat(answer.json().path("detail").asText()).endsWith(".");
      assertThat(answer.text()).doesNotContain("Exception", "org.newci");
    }
    assertThat(builds()).isEqualTo(before);
  }

  private int builds() {
    return newci.web().get(newci.env("NEWCI_URL") + "/status").json().path("builds").size();
  }
}
