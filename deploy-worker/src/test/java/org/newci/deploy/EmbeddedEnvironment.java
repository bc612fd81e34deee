package org.newci.deploy;

import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.KeyPair;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.newci.testenv.TestEnvService;

/** The embedded test environment. */
final class EmbeddedEnvironment implements Environment {

  private final Path dir;
  private final Map<String, String> env = new HashMap<>();
  private TestEnvService service;

  EmbeddedEnvironment(Path dir) throws IOException, JSchException {
    this.dir = dir;
    Path secrets = Files.createDirectories(dir.resolve("secrets"));
    hostKey();
    KeyPair user = KeyPair.genKeyPair(new JSch(), KeyPair.ECDSA, 256);
    user.writePrivateKey(key().toString());
    user.writePublicKey(secrets.resolve("authorized_keys").toString(), "deploy");
    env.put("NEWCI_HOME", dir.toString());
    env.put("NEWCI_TLS", "off");
    service = TestEnvService.start(env);
    env.put("NEWCI_LISTEN", "127.0.0.1:" + service.url().getPort());
    env.put("NEWCI_SSH_LISTEN", "127.0.0.1:" + service.sshPort());
  }

  private void hostKey() throws IOException, JSchException {
    KeyPair.genKeyPair(new JSch(), KeyPair.ECDSA, 256)
        .writePrivateKey(dir.resolve("secrets/ssh_host.key").toString());
  }

  @Override
  public String target() {
    return "ssh://deploy@127.0.0.1:%d/".formatted(service.sshPort());
  }

  @Override
  public Path folder() {
    return dir.resolve("data/site");
  }

  @Override
  public Path key() {
    return dir.resolve("user.key");
  }

  @Override
  public String knownHost() {
    try {
      KeyPair host = KeyPair.load(new JSch(), dir.resolve("secrets/ssh_host.key").toString());
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      host.writePublicKey(line, "");
      return "[127.0.0.1]:%d %s"
          .formatted(service.sshPort(), line.toString(StandardCharsets.UTF_8));
    } catch (JSchException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public URI site() {
    return service.url();
  }

  @Override
  public void restart() {
    service.close();
    service = TestEnvService.start(env);
  }

  @Override
  public void changeHostKey() {
    service.close();
    try {
      hostKey();
    } catch (IOException | JSchException e) {
      throw new IllegalStateException(e);
    }
    service = TestEnvService.start(env);
  }

  @Override
  public void close() {
    service.close();
  }
}
