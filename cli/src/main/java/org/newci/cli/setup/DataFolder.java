package org.newci.cli.setup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/**
 * Where everything of one machine lies: {@code setup/} (only the commands read it), one folder for
 * each component, {@code run/} (ports, process ids), {@code logs/}, {@code ca.pem}.
 */
public record DataFolder(Path dir) {

  public DataFolder {
    dir = dir.toAbsolutePath().normalize();
  }

  /** The folder when none is named: that of the system for root, else that of the user. */
  public static DataFolder standard(Map<String, String> env, String user) {
    if (user.equals("root")) {
      return new DataFolder(Path.of("/var/lib/newci"));
    }
    String data = env.get("XDG_DATA_HOME");
    return new DataFolder(
        data == null || data.isBlank()
            ? Path.of(env.getOrDefault("HOME", "."), ".local", "share", "newci")
            : Path.of(data, "newci"));
  }

  /** Keys that only the commands read. */
  public Path setup() {
    return dir.resolve("setup");
  }

  /** Ports, process ids, locks. */
  public Path run() {
    return dir.resolve("run");
  }

  /** What processes in the background print. */
  public Path logs() {
    return dir.resolve("logs");
  }

  /** The certificate authority that clients must believe. */
  public Path ca() {
    return dir.resolve("ca.pem");
  }

  /** Who may have what built: the operator's to change. */
  public Path registry() {
    return dir.resolve("projects.yaml");
  }

  /** The component's own folder. */
  public Path home(Part part) {
    return dir.resolve(part.word());
  }

  /** The component's keys and tokens. */
  public Path secrets(Part part) {
    return home(part).resolve("secrets");
  }

  /** The key that signs tokens, both halves. */
  public Path signingKey() {
    return setup().resolve("signing.key");
  }

  /** GitLab's token for people. */
  public Path gitlabToken() {
    return setup().resolve("gitlab.token");
  }

  /** There when a set-up came to its end. */
  public Path complete() {
    return setup().resolve("complete");
  }

  /**
   * Where jobs work. Sandboxed jobs of a runner that is root have users of their own, who must be
   * able to reach it: where a folder above keeps them out, it is a folder in {@code /var/tmp}.
   */
  public Path builds(boolean root) {
    Path inside = home(Part.RUNNER).resolve("builds");
    if (!root || everybodyMayPass()) {
      return inside;
    }
    return Path.of("/var/tmp", "newci-" + hash());
  }

  private boolean everybodyMayPass() {
    for (Path above = dir; above != null; above = above.getParent()) {
      try {
        if (Files.exists(above)
            && !Files.getPosixFilePermissions(above).contains(PosixFilePermission.OTHERS_EXECUTE)) {
          return false;
        }
      } catch (IOException e) {
        return false;
      }
    }
    return true;
  }

  private String hash() {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(dir.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK has no SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return dir.toString();
  }
}
