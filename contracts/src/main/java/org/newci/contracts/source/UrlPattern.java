package org.newci.contracts.source;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A pattern of repository URLs, {@code SCHEME://HOST[:PORT]/PATH}. Scheme and port are words or
 * {@code *}; the host is a name, {@code *}, or {@code *.} and a name, so that nobody matches by a
 * host that only begins alike; the path is a {@link Glob}. It is compared part by part with a URL
 * that was taken apart, never with its text.
 */
public record UrlPattern(String text, String scheme, String host, String port, Glob path) {

  private static final Pattern SHAPE =
      Pattern.compile("([a-z*]+)://(\\[[0-9a-f:.]+]|[^/:\\[\\]]+)(?::(\\d{1,5}|\\*))?/(.+)");
  private static final Pattern HOST =
      Pattern.compile("\\*|(\\*\\.)?[a-z0-9_]([a-z0-9._-]*[a-z0-9_])?");
  private static final Set<String> SCHEMES = Set.of("*", "http", "https", "git", "ssh");

  /** Reads it, or says in the message what was expected. */
  public static UrlPattern parse(String text) {
    Matcher shape = SHAPE.matcher(text);
    if (text.length() > Glob.LONGEST || !shape.matches()) {
      throw wrong(text, "SCHEME://HOST/PATH such as https://git.example.org/tools/*");
    }
    String scheme = shape.group(1);
    String host = shape.group(2).toLowerCase(Locale.ROOT);
    String port = shape.group(3) == null ? "" : shape.group(3);
    String path = shape.group(4);
    if (!SCHEMES.contains(scheme)) {
      throw wrong(text, "the scheme http, https, git, ssh or *");
    }
    if (host.startsWith("[")) {
      host = host.substring(1, host.length() - 1);
    } else if (!HOST.matcher(host).matches()) {
      throw wrong(text, "a host's whole name, *, or *. and a name");
    }
    if (path.startsWith("/") || path.contains("***")) {
      throw wrong(text, "a path with * for one part of it or ** for any number");
    }
    if (path.endsWith(".git") || path.endsWith("/")) {
      throw wrong(text, "a path without .git or a slash at its end, which are ignored in URLs");
    }
    if (!port.isEmpty() && !port.equals("*") && port.equals(ownPort(scheme))) {
      port = "";
    }
    return new UrlPattern(text, scheme, host, port, new Glob(path));
  }

  /**
   * True if that repository is one of these.
   *
   * @param server name of the host, in lower case
   * @param number of the port; -1 where the URL names none
   * @param place the path, without a slash in front
   */
  public boolean matches(String protocol, String server, int number, String place) {
    boolean own = number < 0 || Integer.valueOf(number).equals(SourceScheme.PORTS.get(protocol));
    String given = own ? "" : String.valueOf(number);
    String name = SourceScheme.bareHost(server);
    boolean hosts =
        host.equals("*")
            || (host.startsWith("*.") ? name.endsWith(host.substring(1)) : name.equals(host));
    return (scheme.equals("*") || scheme.equals(protocol))
        && hosts
        && (port.equals("*") || port.equals(given))
        && path.matches(SourceScheme.barePath(place));
  }

  /** True if it stands for exactly one repository. */
  public boolean isExact() {
    return !scheme.equals("*") && host.indexOf('*') < 0 && !port.equals("*") && !path.isOpen();
  }

  /** True if all of its repositories differ only in the last part of their path. */
  public boolean variesInNameOnly() {
    return !scheme.equals("*")
        && host.indexOf('*') < 0
        && !port.equals("*")
        && !path.crossesSlashes()
        && path.text().lastIndexOf('/') < path.text().indexOf('*');
  }

  /** The port that a scheme has when none is named; empty for other words. */
  private static String ownPort(String scheme) {
    Integer port = SourceScheme.PORTS.get(scheme);
    return port == null ? "" : String.valueOf(port);
  }

  private static IllegalArgumentException wrong(String text, String expected) {
    return new IllegalArgumentException(
        "the URL pattern is '%s' (expected %s)".formatted(text, expected));
  }
}
