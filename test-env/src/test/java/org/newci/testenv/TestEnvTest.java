package org.newci.testenv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.jcraft.jsch.ChannelExec;
import com.jcraft.jsch.ChannelSftp;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.KeyPair;
import com.jcraft.jsch.Session;
import com.jcraft.jsch.SftpException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestEnvTest {

  @TempDir Path dir;
  private TestEnvService env;
  private Session session;
  private ChannelSftp sftp;

  @BeforeEach
  void start() throws Exception {
    Path secrets = Files.createDirectories(dir.resolve("home/secrets"));
    JSch client = new JSch();
    KeyPair host = KeyPair.genKeyPair(client, KeyPair.ECDSA, 256);
    host.writePrivateKey(secrets.resolve("ssh_host.key").toString());
    KeyPair user = KeyPair.genKeyPair(client, KeyPair.ECDSA, 256);
    user.writePrivateKey(dir.resolve("user.key").toString());
    user.writePublicKey(secrets.resolve("authorized_keys").toString(), "test");
    env = TestEnvService.start(settings());
    session = session("deploy", dir.resolve("user.key"));
    session.connect(10_000);
    sftp = (ChannelSftp) session.openChannel("sftp");
    sftp.connect(10_000);
  }

  @AfterEach
  void stop() {
    session.disconnect();
    env.close();
  }

  @Test
  void whatComesInOverSftpIsServed() throws Exception {
    put("/.upload", "version 1");
    assertThat(get("/app-1.0").statusCode()).isEqualTo(404);
    sftp.rename("/.upload", "/app-1.0");
    var served = get("/app-1.0");
    assertThat(served.statusCode()).isEqualTo(200);
    assertThat(served.body()).isEqualTo("version 1");
    assertThat(served.headers().firstValue("Content-Type")).hasValue("application/octet-stream");
    put("/.upload", "version 2");
    sftp.rename("/.upload", "/app-1.0");
    assertThat(get("/app-1.0").body()).isEqualTo("version 2");
    put("/page.html", "<p>");
    assertThat(get("/page.html").headers().firstValue("Content-Type")).hasValue("text/html");
    put("/two words %20 größe", "x");
    assertThat(get("/two%20words%20%2520%20gr%C3%B6%C3%9Fe").body()).isEqualTo("x");
    var head = send("HEAD", "/app-1.0");
    assertThat(head.headers().firstValueAsLong("Content-Length")).hasValue(9);
  }

  @Test
  void onlyPlainFilesOfTheFolderAreServed() throws Exception {
    Path site = dir.resolve("home/data/site");
    Files.writeString(dir.resolve("home/data/outside"), "secret");
    Files.createSymbolicLink(site.resolve("link"), dir.resolve("home/data/outside"));
    Files.createDirectories(site.resolve("folder"));
    Files.writeString(site.resolve("folder/inside"), "x");
    Files.createDirectories(site.resolve(".newci"));
    Files.writeString(site.resolve(".newci/record"), "x");
    Files.writeString(site.resolve(".newci-upload-1"), "x");
    for (String path :
        List.of(
            "/",
            "/link",
            "/folder",
            "/folder/",
            "/folder/inside",
            "/.newci",
            "/.newci/record",
            "/.newci-upload-1",
            "/..%2Foutside",
            "/%2e%2e/outside",
            "/..",
            "/nothing",
            "/%00",
            "/health")) {
      assertThat(get(path).statusCode()).as(path).isBetween(400, 499);
    }
    assertThat(send("PUT", "/new").statusCode()).isBetween(400, 499);
    assertThat(send("DELETE", "/link").statusCode()).isBetween(400, 499);
  }

  @Test
  void sftpSeesNothingButTheFolder() throws Exception {
    Files.writeString(dir.resolve("home/data/outside"), "secret");
    for (String path : List.of("/../outside", "/../../secrets/ssh_host.key", dir + "/user.key")) {
      assertThatThrownBy(() -> sftp.get(path, new ByteArrayOutputStream()))
          .as(path)
          .isInstanceOf(SftpException.class);
    }
    put("/../escaped", "x");
    assertThat(dir.resolve("home/data/escaped")).doesNotExist();
    assertThatThrownBy(() -> sftp.symlink("/../outside", "/link"))
        .isInstanceOf(SftpException.class);
    assertThat(dir.resolve("home/data/site/link")).doesNotExist();
  }

  @Test
  void thereIsNoShellNoCommandAndNoForwarding() throws Exception {
    ChannelExec exec = (ChannelExec) session.openChannel("exec");
    exec.setCommand("touch " + dir.resolve("touched"));
    assertThatThrownBy(
            () -> {
              exec.connect(5_000);
              if (exec.getExitStatus() != 0) {
                throw new JSchException("refused");
              }
            })
        .isInstanceOf(JSchException.class);
    assertThat(dir.resolve("touched")).doesNotExist();
    assertThatThrownBy(() -> session.openChannel("shell").connect(5_000))
        .isInstanceOf(JSchException.class);
  }

  @Test
  void onlyTheKeysInTheFileMayEnter() throws Exception {
    KeyPair.genKeyPair(new JSch(), KeyPair.ECDSA, 256)
        .writePrivateKey(dir.resolve("other.key").toString());
    assertThatThrownBy(() -> session("deploy", dir.resolve("other.key")).connect(5_000))
        .hasMessageContaining("Auth");
    Session password = session("deploy", dir.resolve("other.key"));
    password.setPassword("password".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> password.connect(5_000)).hasMessageContaining("Auth");
  }

  @Test
  void wrongSettingsAreNamed() throws Exception {
    assertThatThrownBy(() -> TestEnvService.start(Map.of())).hasMessageContaining("NEWCI_HOME");
    Files.writeString(dir.resolve("home/secrets/ssh_host.key"), "no key");
    assertThatThrownBy(() -> TestEnvService.start(settings()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ssh_host.key");
  }

  private Map<String, String> settings() {
    return Map.of("NEWCI_HOME", dir.resolve("home").toString(), "NEWCI_TLS", "off");
  }

  private Session session(String user, Path key) throws JSchException {
    JSch client = new JSch();
    client.addIdentity(key.toString());
    Session made = client.getSession(user, "127.0.0.1", env.sshPort());
    made.setConfig("StrictHostKeyChecking", "no");
    return made;
  }

  private void put(String path, String text) throws SftpException {
    sftp.put(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), path);
  }

  private HttpResponse<String> get(String path) throws Exception {
    return send("GET", path);
  }

  private HttpResponse<String> send(String method, String path) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(env.url() + path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request, HttpResponse.BodyHandlers.ofString());
    }
  }
}
