package org.newci.acceptance.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.newci.acceptance.system.Web;

/** Every route of every component lies behind a token and its scope. */
class TokensTest extends Fixture {

  @ParameterizedTest
  @CsvSource({
    "NEWCI_URL, POST, /cd, status:get",
    "NEWCI_URL, GET, /status, cd:post",
    "NEWCI_URL, GET, /builds/01, status:get",
    "NEWCI_URL, GET, /builds/01/log, status:get",
    "NEWCI_URL, GET, /builds/01/events, status:get",
    "NEWCI_URL, POST, /builds/01/cancel, builds:retry",
    "NEWCI_URL, POST, /builds/01/retry, builds:cancel",
    "NEWCI_VCS_URL, POST, /repo, pipeline:get",
    "NEWCI_VCS_URL, GET, /projects/1/pipelines?commit=a, repo:post",
    "NEWCI_VCS_URL, GET, /projects/1/pipelines/1, log:get",
    "NEWCI_VCS_URL, POST, /projects/1/pipelines/1/cancel, pipeline:get",
    "NEWCI_VCS_URL, GET, /projects/1/jobs/1/log, pipeline:get",
    "NEWCI_VCS_URL, POST, /collect, log:get",
    "NEWCI_BLOBS_URL, PUT, /blobs/x, blobs:get",
    "NEWCI_BLOBS_URL, GET, /blobs/x, blobs:put",
    "NEWCI_BLOBS_URL, PUT, /logs/x?offset=0, logs:get",
    "NEWCI_BLOBS_URL, GET, /logs/x, logs:put",
    "NEWCI_DEPLOY_URL, POST, /deploy, blobs:get",
  })
  void noTokenIs401AndTooSmallAOneOpensNothing(
      String base, String method, String path, String scope) {
    String url = newci.env(base) + path;
    Web nobody = newci.web().as("");
    assertThat(nobody.send(method, url, bytes("{broken")).status()).isEqualTo(401);
    Web forged = newci.web().as("eyJhbGciOiJub25lIn0.eyJzdWIiOiJyb290In0.");
    assertThat(forged.send(method, url, bytes("{broken")).status()).isEqualTo(401);
    String small = token(scope);
    assertThat(newci.web().as(small).send(method, url, bytes("{broken")).status()).isIn(401, 403);
  }

  private String token(String scope) {
    return newci
        .newci("token", "--data", newci.data().toString(), "--subject", "small", "--scope", scope)
        .ok()
        .strip();
  }
}
