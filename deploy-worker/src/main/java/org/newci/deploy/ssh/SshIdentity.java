package org.newci.deploy.ssh;

import com.jcraft.jsch.HostKey;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.KeyPair;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The key that we log in with, and the host keys that we believe. Both files are read again for
 * each connection, so that they can be replaced while we run.
 */
public record SshIdentity(Path key, Path knownHosts) {

  /**
   * Checks both files.
   *
   * @throws IllegalArgumentException with a sentence
   */
  public static SshIdentity of(Path key, Path knownHosts) {
    for (Path file : new Path[] {key, knownHosts}) {
      if (!Files.isReadable(file)) {
        throw new IllegalArgumentException(
            "The file %s is missing or not readable.".formatted(file));
      }
    }
    try {
      KeyPair pair = KeyPair.load(new JSch(), key.toString());
      if (pair.isEncrypted()) {
        throw new IllegalArgumentException(
            "The deploy key %s has a passphrase (expected one without: nobody is asked)."
                .formatted(key));
      }
      pair.dispose();
    } catch (JSchException e) {
      throw new IllegalArgumentException(
          "The deploy key %s is not a private key that is understood here.".formatted(key), e);
    }
    return new SshIdentity(key, knownHosts);
  }

  JSch client() throws JSchException {
    JSch client = new JSch();
    client.setKnownHosts(knownHosts.toString());
    client.addIdentity(key.toString());
    return client;
  }

  /** True when some key of that host is pinned. */
  static boolean pins(JSch client, SshTarget target) {
    String name =
        target.port() == 22 ? target.host() : "[%s]:%d".formatted(target.host(), target.port());
    HostKey[] keys = client.getHostKeyRepository().getHostKey(name, null);
    return keys != null && keys.length > 0;
  }
}
