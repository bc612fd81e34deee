package org.newci.vcs.source;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.newci.contracts.source.SourceScheme;
import org.newci.contracts.source.UrlPattern;

/**
 * The URL of a source repository: http, https, git or ssh, with a host and a path, without a secret
 * in it. {@code user@host:path} is read as {@code ssh://user@host/path}.
 *
 * @param port -1 where the URL names none
 * @param text the URL in full, as it is fetched
 */
public record SourceUrl(String scheme, String host, int port, String text) {

  private static final int LONGEST = 2048;

  /**
   * Reads it.
   *
   * @throws IllegalArgumentException a sentence that says what is wrong with it
   */
  public static SourceUrl parse(String given) {
    if (given.length() > LONGEST) {
      throw new IllegalArgumentException(
          "The field 'git' has %d characters (expected at most %d)."
              .formatted(given.length(), LONGEST));
    }
    String text =
        given.matches("[A-Za-z0-9._-]+@[A-Za-z0-9.-]+:[^/:].*")
            ? "ssh://" + given.replaceFirst(":", "/")
            : given;
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw wrong(given, "expected an http, https, git or ssh URL", e);
    }
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    if (!SourceScheme.PORTS.containsKey(scheme)) {
      throw wrong(given, "expected an http, https, git or ssh URL", null);
    }
    String host = uri.getHost();
    if (host == null || host.isEmpty()) {
      throw wrong(given, "expected a host name in it", null);
    }
    String user = uri.getUserInfo();
    if (user != null && (!scheme.equals("ssh") || user.contains(":"))) {
      // The URL itself is not repeated: it holds a secret.
      throw new IllegalArgumentException(
          "The field 'git' holds a user or password for %s (expected a URL without)."
              .formatted(host));
    }
    if (uri.getFragment() != null || uri.getPath() == null || uri.getPath().length() < 2) {
      throw wrong(given, "expected a path to a repository, and no #fragment", null);
    }
    if (host.startsWith("-") || uri.getPath().startsWith("/-") || decodesToControl(uri)) {
      throw wrong(given, "expected no option and no control character in it", null);
    }
    return new SourceUrl(scheme, bare(host), uri.getPort(), text);
  }

  /** What a percent-escape hides must not reach a server's command line or log either. */
  private static boolean decodesToControl(URI uri) {
    return uri.getPath().chars().anyMatch(c -> c < ' ' || c == 127)
        || (uri.getUserInfo() != null && uri.getUserInfo().startsWith("-"));
  }

  private static String bare(String host) {
    boolean six = host.startsWith("[") && host.endsWith("]");
    return (six ? host.substring(1, host.length() - 1) : host).toLowerCase(Locale.ROOT);
  }

  private static IllegalArgumentException wrong(
      String given, String expected, @org.jspecify.annotations.Nullable Throwable cause) {
    return new IllegalArgumentException(
        "The field 'git' is '%s' (%s).".formatted(given, expected), cause);
  }

  /** Host and port, for sentences. */
  public String place() {
    return host + ":" + portInUse();
  }

  /** The path as it is fetched, without the slash in front. */
  String path() {
    return text.replaceFirst("^[^:]+://[^/]*/*", "");
  }

  /** True if it is a repository of that pattern. */
  public boolean isOf(UrlPattern pattern) {
    return pattern.matches(scheme, host, port, path());
  }

  /** The port that is asked. */
  int portInUse() {
    return port < 0 ? SourceScheme.PORTS.getOrDefault(scheme, 0) : port;
  }

  @Override
  public String toString() {
    return text;
  }
}
