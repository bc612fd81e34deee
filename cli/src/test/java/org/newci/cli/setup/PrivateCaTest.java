package org.newci.cli.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.javalin.http.HandlerType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLException;
import okhttp3.Dns;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.neighbours.NativeProcess;
import org.newci.neighbours.NeedsProgram;
import org.newci.shell.edge.Edge;
import org.newci.shell.edge.EdgeConfig;
import org.newci.shell.edge.EdgeSpec;
import org.newci.shell.peer.Peer;
import org.newci.shell.peer.TrustedCa;

/** The certificates as clients that were written by others see them. */
class PrivateCaTest {

  @TempDir private Path temp;
  private DataFolder folder;
  private Edge edge;

  @BeforeEach
  void serve() {
    folder = new DataFolder(temp.resolve("data"));
    new SetUp(folder, Clock.systemUTC()).ensure();
    Path secrets = folder.secrets(Part.CONTROLLER);
    edge = serve(secrets.resolve("tls.pem"), secrets.resolve("tls.key"));
  }

  private static Edge serve(Path chain, Path key) {
    return Edge.start(
        new EdgeConfig("127.0.0.1", 0, new EdgeConfig.TlsFiles(chain, key)),
        new EdgeSpec().open(HandlerType.GET, "/", ctx -> ctx.result("served")));
  }

  @AfterEach
  void stop() {
    edge.close();
  }

  private String get(Path ca, String host, Edge from) throws IOException {
    Dns loopback = name -> Dns.SYSTEM.lookup("127.0.0.1");
    OkHttpClient http = Peer.client(TrustedCa.of(ca)).newBuilder().dns(loopback).build();
    String url = "https://%s:%d/".formatted(host, from.port());
    try (Response answer = http.newCall(new Request.Builder().url(url).build()).execute()) {
      return answer.body().string();
    }
  }

  @Test
  void theJdkAcceptsBothNamesAndNoOther() throws IOException {
    assertThat(get(folder.ca(), "localhost", edge)).isEqualTo("served");
    assertThat(get(folder.ca(), "127.0.0.1", edge)).isEqualTo("served");
    assertThatThrownBy(() -> get(folder.ca(), "evil.test", edge)).isInstanceOf(SSLException.class);
  }

  @Test
  void anotherMachinesCaIsNotBelieved() {
    DataFolder other = new DataFolder(temp.resolve("other"));
    new SetUp(other, Clock.systemUTC()).ensure();
    assertThatThrownBy(() -> get(other.ca(), "localhost", edge)).isInstanceOf(SSLException.class);
  }

  @Test
  void theIntermediateCannotSignForAnotherName() throws Exception {
    String pem = Files.readString(folder.setup().resolve("ca-intermediate.pem"));
    PrivateCa.Authority authority =
        new PrivateCa.Authority(
            Pem.readCertificate(pem),
            Pem.readKey(Files.readString(folder.setup().resolve("ca-intermediate.key"))));
    KeyPair key = SshKeys.generate();
    var forged =
        PrivateCa.leaf(
            authority, "evil", key.getPublic(), Clock.systemUTC().instant(), List.of("evil.test"));
    Path chain = temp.resolve("evil.pem");
    Path secret = temp.resolve("evil.key");
    Files.writeString(chain, Pem.write(forged) + pem);
    Files.writeString(secret, Pem.write(key.getPrivate()));
    try (Edge evil = serve(chain, secret)) {
      assertThatThrownBy(() -> get(folder.ca(), "evil.test", evil))
          .isInstanceOf(SSLException.class)
          .hasMessageContaining("name constraints");
    }
  }

  @Test
  @NeedsProgram("curl")
  void curlAcceptsBothNames() {
    for (String host : List.of("localhost", "127.0.0.1")) {
      assertThatCode(() -> assertThat(curl(folder.ca(), host)).isEqualTo("served"))
          .doesNotThrowAnyException();
    }
    assertThat(curl(Path.of("/etc/ssl/certs/ca-certificates.crt"), "localhost")).isEmpty();
  }

  private String curl(Path ca, String host) {
    Path out = temp.resolve("curl-" + host + ca.getFileName());
    try (NativeProcess curl =
        NativeProcess.start(
            List.of(
                "curl",
                "--silent",
                "--max-time",
                "10",
                "--cacert",
                ca.toString(),
                "https://%s:%d/".formatted(host, edge.port())),
            Map.of(),
            out)) {
      assertThat(curl.waitFor(java.time.Duration.ofSeconds(15))).isTrue();
      return curl.output();
    }
  }
}
