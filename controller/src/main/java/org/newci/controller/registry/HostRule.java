package org.newci.controller.registry;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;
import org.newci.shell.problem.Problem;

/**
 * Which hosts may be named as a source: not this machine, and no private address. Only addresses
 * that are written as such are judged here; a name is judged by the VCS worker, which resolves it.
 * The ranges are IANA's special-purpose registries (RFC 6890).
 *
 * @param loopback true lets this machine's loopback in
 */
record HostRule(boolean loopback) {

  private static final Pattern DOTTED =
      Pattern.compile("((25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(\\.(?!$)|$)){4}");
  private static final Pattern NUMBER_LIKE =
      Pattern.compile("(0x[0-9a-f]*|\\d+)(\\.(0x[0-9a-f]*|\\d+))*");

  void check(RepoUrl repo) {
    String host = repo.bareHost();
    if (host.equals("localhost") || host.endsWith(".localhost")) {
      if (!loopback) {
        throw refused(repo.host());
      }
      return;
    }
    if (host.contains(":") || DOTTED.matcher(host).matches()) {
      byte[] address = address(repo.host(), host);
      if (!(loopback && isLoopback(address)) && isPrivate(address)) {
        throw refused(repo.host());
      }
    } else if (NUMBER_LIKE.matcher(host).matches()) {
      throw Problem.badRequest(
          "The field 'repo' has the host '%s' (expected a name or an address in its usual form)."
              .formatted(repo.host()));
    }
  }

  private static byte[] address(String written, String host) {
    try {
      // Only literals get here, which are never looked up.
      byte[] address = InetAddress.getByName(host.replaceAll("%.*", "")).getAddress();
      return address.length == 16 ? v4Inside(address) : address;
    } catch (UnknownHostException e) {
      throw Problem.badRequest(
          "The field 'repo' has the host '%s', which is no address.".formatted(written));
    }
  }

  /** The IPv4 address in one of NAT64 (RFC 6052) or 6to4 (RFC 3056), or the same bytes. */
  private static byte[] v4Inside(byte[] a) {
    if (a[0] == 0 && a[1] == 0x64 && (a[2] & 0xff) == 0xff && (a[3] & 0xff) == 0x9b) {
      return new byte[] {a[12], a[13], a[14], a[15]};
    }
    if (a[0] == 0x20 && a[1] == 0x02) {
      return new byte[] {a[2], a[3], a[4], a[5]};
    }
    boolean compatible = true;
    for (int i = 0; i < 12; i++) {
      compatible &= a[i] == 0;
    }
    boolean small = a[12] == 0 && a[13] == 0 && a[14] == 0;
    return compatible && !small ? new byte[] {a[12], a[13], a[14], a[15]} : a;
  }

  private static boolean isLoopback(byte[] a) {
    if (a.length == 4) {
      return a[0] == 127;
    }
    for (int i = 0; i < 15; i++) {
      if (a[i] != 0) {
        return false;
      }
    }
    return a[15] == 1;
  }

  private static boolean isPrivate(byte[] a) {
    int first = a[0] & 0xff;
    int second = a[1] & 0xff;
    if (a.length == 4) {
      return first == 0
          || first == 10
          || first == 127
          || (first == 100 && second >= 64 && second < 128)
          || (first == 169 && second == 254)
          || (first == 172 && second >= 16 && second < 32)
          || (first == 192 && second == 168)
          || (first == 192 && second == 0 && a[2] == 0)
          || (first == 198 && (second == 18 || second == 19))
          || first >= 224;
    }
    // Of IPv6 only 2000::/3 is given out for global use.
    return first < 0x20 || first > 0x3f;
  }

  private static Problem refused(String host) {
    return Problem.badRequest(
        "The field 'repo' names the host '%s', which is this machine or a private address; builds"
                .formatted(host)
            + " come from public hosts only.");
  }
}
