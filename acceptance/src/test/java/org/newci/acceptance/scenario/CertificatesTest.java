package org.newci.acceptance.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.newci.acceptance.system.RunningSystem;
import org.newci.acceptance.system.Shell;

/** S20: a build that meets a certificate which is no good any more says so. */
class CertificatesTest extends Fixture {

  private static final String PASSWORD = "only-for-a-moment";

  @Test
  void s20AnExpiredCertificateIsWhatTheBuildSays() throws Exception {
    // One of its own: a connection that stands already would not be asked for a certificate.
    try (RunningSystem own = RunningSystem.start()) {
      Path secrets = own.data().resolve("deploy-worker/secrets");
      String chain = Files.readString(secrets.resolve("tls.pem"));
      String key = Files.readString(secrets.resolve("tls.key"));
      expire(own.data().resolve("setup"), secrets);
      String url = hello("s20", "certificates").url();
      JsonNode build = own.finished(own.submit(url, "master", "hello.bin"));
      assertThat(build.path("outcome").asText()).as(build.toPrettyString()).isEqualTo("failed");
      assertThat(build.path("sentence").asText())
          .contains("deploy worker", "certificate", "has expired");
      Files.writeString(secrets.resolve("tls.key"), key);
      Files.writeString(secrets.resolve("tls.pem"), chain);
      JsonNode again = own.finished(own.submit(url, "master", "hello.bin"));
      assertThat(again.path("outcome").asText()).as(again.toPrettyString()).isEqualTo("succeeded");
    }
  }

  /** Gives the component a certificate of the right authority and name that ended long ago. */
  private void expire(Path setup, Path secrets) throws IOException, GeneralSecurityException {
    Path authority = folder.resolve("authority.p12");
    Certificate intermediate = certificate(setup.resolve("ca-intermediate.pem"));
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "ca",
        privateKey(Files.readString(setup.resolve("ca-intermediate.key"))),
        PASSWORD.toCharArray(),
        new Certificate[] {intermediate});
    try (OutputStream out = Files.newOutputStream(authority)) {
      store.store(out, PASSWORD.toCharArray());
    }
    String leaf = folder.resolve("leaf.p12").toString();
    String request = folder.resolve("leaf.csr").toString();
    String signed = folder.resolve("leaf.pem").toString();
    keytool(
        "-genkeypair", "-alias", "leaf", "-keyalg", "EC", "-dname", "CN=old", "-keystore", leaf);
    keytool("-certreq", "-alias", "leaf", "-keystore", leaf, "-file", request);
    keytool(
        "-gencert",
        "-alias",
        "ca",
        "-keystore",
        authority.toString(),
        "-infile",
        request,
        "-rfc",
        "-outfile",
        signed,
        "-startdate",
        "-400d",
        "-validity",
        "300",
        "-ext",
        "san=dns:localhost,ip:127.0.0.1");
    KeyStore made = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(Path.of(leaf))) {
      made.load(in, PASSWORD.toCharArray());
    }
    Key key = made.getKey("leaf", PASSWORD.toCharArray());
    String pem =
        "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n"
            .formatted(Base64.getMimeEncoder(64, bytes("\n")).encodeToString(key.getEncoded()));
    Files.writeString(secrets.resolve("tls.key"), pem);
    // keytool writes the authority's certificate behind the one that it signed.
    Files.copy(Path.of(signed), secrets.resolve("tls.pem"), StandardCopyOption.REPLACE_EXISTING);
  }

  private static Certificate certificate(Path pem) throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(pem)) {
      return CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  private static PrivateKey privateKey(String pem) throws GeneralSecurityException {
    String base64 = pem.replaceAll("-----[A-Z ]+-----|\\s", "");
    return KeyFactory.getInstance("EC")
        .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
  }

  private static void keytool(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(List.of("-storepass", PASSWORD));
    Shell.run(Path.of("/"), Map.of(), Duration.ofMinutes(1), command).ok();
  }
}
