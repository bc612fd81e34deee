package org.newci.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.auth.Scope;

class DeployRequestTest {

  @TempDir Path dir;
  private Environment environment;
  private RunningWorker worker;

  @BeforeEach
  void start() throws Exception {
    environment = new EmbeddedEnvironment(dir.resolve("environment"));
    worker = new RunningWorker(dir, environment);
  }

  @AfterEach
  void stop() {
    worker.close();
    environment.close();
  }

  @Test
  void badRequestsAreNamed() throws Exception {
    String token = worker.token(Set.of(Scope.DEPLOY_POST));
    assertThat(worker.post("{", token).status()).isEqualTo(400);
    assertThat(worker.post("", token).status()).isEqualTo(400);
    assertThat(worker.post("[]", token).status()).isEqualTo(400);
    assertThat(worker.post("{}", token).detail()).contains("'artifact_id'");
    assertThat(worker.post("{\"artifact_id\":\"a\"}", token).detail()).contains("'published_name'");
    String start = "{\"artifact_id\":\"a\",\"published_name\":\"b\",";
    assertThat(worker.post(start + "\"sha256\":\"xyz\"}", token).detail()).contains("'sha256'");
    assertThat(worker.post(start + "\"sequence\":-1}", token).detail()).contains("'sequence'");
    assertThat(worker.post(start + "\"fence\":-1}", token).detail()).contains("'fence'");
    assertThat(worker.post(start + "\"sequence\":\"x\"}", token).detail()).contains("sequence");
    assertThat(worker.post("{\"x\":\"" + "x".repeat(2_000_000) + "\"}", token).status())
        .isEqualTo(413);
    // What a later version may send is not refused.
    worker.blob("a", "one");
    assertThat(worker.post(start + "\"later\":1}", token).status()).isEqualTo(200);
  }

  @Test
  void theRouteAsksForItsScope() throws Exception {
    assertThat(worker.post("{", null).status()).isEqualTo(401);
    assertThat(worker.post("{", "no.good.token").status()).isEqualTo(401);
    Set<Scope> others =
        Stream.of(Scope.values()).filter(s -> s != Scope.DEPLOY_POST).collect(Collectors.toSet());
    var refused = worker.post("{", worker.token(others));
    assertThat(refused.status()).isIn(401, 403);
    assertThat(environment.folder()).isEmptyDirectory();
  }
}
