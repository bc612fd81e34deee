package org.newci.controller.registry;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.newci.contracts.source.SourceScheme;
import org.newci.contracts.source.UrlPattern;
import org.newci.shell.problem.Problem;

/**
 * URL of a source repository: http, https, git or ssh, or ssh in the short form {@code
 * user@host:path}.
 *
 * @param text as it was written
 * @param scheme in lower case
 * @param host in lower case, without brackets
 * @param port -1 for the scheme's own
 * @param path as it was written, without a leading slash
 * @param login user of ssh, and {@code ~/} where the path begins in that user's folder; else empty
 */
public record RepoUrl(
    String text, String scheme, String host, int port, String path, String login) {

  private static final int LONGEST = 2_000;
  private static final Set<String> SCHEMES = Set.of("http", "https", "git", "ssh");
  private static final Pattern SHORT =
      Pattern.compile("([A-Za-z0-9_][A-Za-z0-9._-]*)@([A-Za-z0-9][A-Za-z0-9.-]*):([^:].*)");
  private static final Pattern ENCODED = Pattern.compile("%(2[fF]|5[cC]|25|00)");
  private static final Pattern ODD_PART = Pattern.compile("(^|/)\\.{1,2}(/|$)|//[^/]|\\\\");
  private static final Pattern BRACKETS = Pattern.compile("^\\[|]$");
  private static final Pattern SLASHES_BEFORE = Pattern.compile("^/+");
  private static final Pattern HOST = Pattern.compile("[a-z0-9_]([a-z0-9._-]*[a-z0-9_])?\\.?");

  /** Reads it, or says in a sentence what is wrong with it. */
  public static RepoUrl parse(String text) {
    if (text.isBlank() || text.length() > LONGEST) {
      throw wrong(text.isBlank() ? "empty" : "longer than %d characters".formatted(LONGEST));
    }
    if (text.chars().anyMatch(c -> c <= ' ' || c == 0x7f) || text.startsWith("-")) {
      throw wrong(
          "with a blank, a control character or a dash in front: '%s'".formatted(clean(text)));
    }
    Matcher scp = SHORT.matcher(text);
    if (!text.contains("://") && scp.matches()) {
      boolean fromRoot = scp.group(3).startsWith("/");
      String login = scp.group(1) + (fromRoot ? "@" : "@~/");
      return checked(text, "ssh", scp.group(2), -1, scp.group(3), login);
    }
    URI uri;
    try {
      uri = new URI(text).parseServerAuthority();
    } catch (URISyntaxException e) {
      throw wrong("'%s'".formatted(clean(text)));
    }
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (!SCHEMES.contains(scheme) || uri.isOpaque() || uri.getHost() == null) {
      throw wrong("'%s'".formatted(clean(text)));
    }
    String user = uri.getRawUserInfo();
    if (user != null && (!scheme.equals("ssh") || !user.matches("[A-Za-z0-9_][A-Za-z0-9._-]*"))) {
      throw Problem.badRequest(
          "The field 'repo' has a user or a password in it; credentials belong to the VCS worker.");
    }
    if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw wrong("with a query or a fragment: '%s'".formatted(clean(text)));
    }
    if (ENCODED.matcher(uri.getRawPath()).find()) {
      throw wrong("with an encoded slash, backslash or percent sign: '%s'".formatted(clean(text)));
    }
    String login = user == null ? "" : user + "@";
    return checked(text, scheme, uri.getHost(), uri.getPort(), uri.getPath(), login);
  }

  private static RepoUrl checked(
      String text, String scheme, String rawHost, int port, String raw, String login) {
    String host = BRACKETS.matcher(rawHost.toLowerCase(Locale.ROOT)).replaceAll("");
    String path = SLASHES_BEFORE.matcher(raw).replaceFirst("");
    if (!host.contains(":") && !HOST.matcher(host).matches()) {
      throw wrong("with the host '%s'".formatted(clean(rawHost)));
    }
    if (path.isEmpty() || path.startsWith("-")) {
      throw wrong("without a path to a repository: '%s'".formatted(clean(text)));
    }
    if (path.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
      throw wrong("with a control character in its path");
    }
    // A server may walk such a path to somewhere else than where the registry's patterns look.
    if (ODD_PART.matcher(path).find()) {
      throw wrong("with '.', '..', '\\' or an empty part in its path: '%s'".formatted(clean(text)));
    }
    boolean own = Integer.valueOf(port).equals(SourceScheme.PORTS.get(scheme));
    return new RepoUrl(text, scheme, host, own ? -1 : port, path, login);
  }

  /** One text for all ways to write it, without the login of ssh: what patterns look at. */
  String normal() {
    return url("");
  }

  /** One text for all ways to write it; two repositories never share one. */
  public String identity() {
    return url(login);
  }

  private String url(String before) {
    boolean inHome = before.endsWith("~/");
    String user = inHome ? before.substring(0, before.length() - "~/".length()) : before;
    String at = port < 0 ? "" : ":" + port;
    return scheme + "://" + user + bareHost() + at + (inHome ? "/~/" : "/") + barePath();
  }

  /** True if it is one of these. */
  boolean isOf(UrlPattern pattern) {
    return pattern.matches(scheme, host, port, path);
  }

  /** The host without the dot that may end a whole name. */
  String bareHost() {
    return SourceScheme.bareHost(host);
  }

  /** The path without slashes and {@code .git} at its end. */
  String barePath() {
    return SourceScheme.barePath(path);
  }

  /** The last part of the path, without {@code .git}. */
  String lastName() {
    String path = barePath();
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static Problem wrong(String what) {
    return Problem.badRequest(
        "The field 'repo' is %s (expected a URL of http, https, git or ssh, such as https://host/path)."
            .formatted(what));
  }

  private static String clean(String text) {
    String short200 = text.length() > 200 ? text.substring(0, 200) + "…" : text;
    return short200.replaceAll("\\p{Cntrl}", "?").replaceAll("//[^/@]*@", "//…@");
  }
}
