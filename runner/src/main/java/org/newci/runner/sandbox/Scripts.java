package org.newci.runner.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The small shell scripts that start a sandbox; resources beside this class. */
final class Scripts {

  static final String AS_USER = read("as-user.sh");
  static final String QUIET = withLimits("quiet.sh");
  static final String OFFLINE = withLimits("offline.sh");
  static final String NETWORK = withLimits("network.sh");
  static final String UNPROTECTED = withLimits("unprotected.sh");

  private Scripts() {}

  private static String withLimits(String name) {
    return read(name)
        .replace("LIMITS\n", read("limits.sh"))
        .replace("FILTERED", read("filtered.sh").stripTrailing());
  }

  private static String read(String name) {
    try (InputStream in =
        Objects.requireNonNull(Scripts.class.getResourceAsStream(name), "missing: " + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
