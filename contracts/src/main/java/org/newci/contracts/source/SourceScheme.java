package org.newci.contracts.source;

import java.util.Map;

/** The schemes of source URLs, and how their URLs are compared. */
public final class SourceScheme {

  /** The port of each where a URL names none. */
  public static final Map<String, Integer> PORTS =
      Map.of("http", 80, "https", 443, "git", 9418, "ssh", 22);

  private SourceScheme() {}

  /** A path without slashes and {@code .git} at its end: servers take both for the same. */
  public static String barePath(String path) {
    String bare = withoutSlashes(path);
    return bare.endsWith(".git")
        ? withoutSlashes(bare.substring(0, bare.length() - ".git".length()))
        : bare;
  }

  private static String withoutSlashes(String path) {
    int end = path.length();
    while (end > 0 && path.charAt(end - 1) == '/') {
      end--;
    }
    return path.substring(0, end);
  }

  /** A host without the dot that may end a whole name. */
  public static String bareHost(String host) {
    return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
  }
}
