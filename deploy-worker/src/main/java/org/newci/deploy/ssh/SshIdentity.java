package org.newci.deploy.ssh;

import com.jcraft.jsch.HostKey;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.KeyPair;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The key that we log in with, and the host keys that we believe. Both files are read again for
 * each connection, so that they can be replaced while we run.
 */
public record SshIdentity(Path key, @Nullable Path knownHosts, @Nullable String hostKey) {

  /**
   * With one host key, as in a line of known_hosts without its first word.
   *
   * @throws IllegalArgumentException with a sentence
   */
  public static SshIdentity pinning(Path key, String hostKey, SshTarget target) {
    checkKey(key);
    String line = nameOf(target) + " " + hostKey.strip();
    try {
      JSch client = new JSch();
      client.setKnownHosts(new ByteArrayInputStream(line.getBytes(StandardCharsets.UTF_8)));
      if (!pins(client, target)) {
        throw new JSchException("no key in it");
      }
    } catch (JSchException e) {
      throw new IllegalArgumentException(
          "The host key of %s is not one (expected ALGORITHM BASE64).".formatted(target.server()),
          e);
    }
    return new SshIdentity(key, null, line);
  }

  /**
   * Checks both files.
   *
   * @throws IllegalArgumentException with a sentence
   */
  public static SshIdentity of(Path key, Path knownHosts) {
    checkReadable(knownHosts);
    checkKey(key);
    return new SshIdentity(key, knownHosts, null);
  }

  private static void checkReadable(Path file) {
    if (!Files.isReadable(file)) {
      throw new IllegalArgumentException("The file %s is missing or not readable.".formatted(file));
    }
  }

  private static void checkKey(Path key) {
    checkReadable(key);
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
  }

  JSch client() throws JSchException {
    JSch client = new JSch();
    if (knownHosts != null) {
      client.setKnownHosts(knownHosts.toString());
    } else {
      String line = String.valueOf(hostKey);
      client.setKnownHosts(new ByteArrayInputStream(line.getBytes(StandardCharsets.UTF_8)));
    }
    client.addIdentity(key.toString());
    return client;
  }

  /** True when some key of that host is pinned. */
  static boolean pins(JSch client, SshTarget target) {
    HostKey[] keys = client.getHostKeyRepository().getHostKey(nameOf(target), null);
    return keys != null && keys.length > 0;
  }

  private static String nameOf(SshTarget target) {
    return target.port() == 22 ? target.host() : "[%s]:%d".formatted(target.host(), target.port());
  }
}
