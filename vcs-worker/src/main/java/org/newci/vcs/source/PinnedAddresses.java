package org.newci.vcs.source;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The addresses of one operation: each name is resolved and checked once, and what was found then
 * is used to the operation's end, whatever the name leads to later.
 */
final class PinnedAddresses {

  private final AllowedAddresses allowed;
  private final boolean named;
  private final Map<String, List<InetAddress>> known = new ConcurrentHashMap<>();

  /**
   * None yet.
   *
   * @param named true when a credential of this worker names the server: ssh may then reach the
   *     loopback where https may
   */
  PinnedAddresses(AllowedAddresses allowed, boolean named) {
    this.allowed = allowed;
    this.named = named;
  }

  /**
   * The addresses of that host, checked for that scheme.
   *
   * @throws IOException when there are none, or they must not be reached
   */
  List<InetAddress> of(String scheme, String host) throws IOException {
    List<InetAddress> pinned = known.get(host);
    if (pinned == null) {
      pinned = List.copyOf(allowed.resolve(named && scheme.equals("ssh") ? "https" : scheme, host));
      known.put(host, pinned);
    }
    return pinned;
  }

  /** What a connection to a host that has passed uses; it never asks a name server. */
  List<InetAddress> pinned(String host) throws UnknownHostException {
    List<InetAddress> pinned = known.get(bare(host));
    if (pinned == null) {
      throw new UnknownHostException("the host " + host + " was not checked");
    }
    return pinned;
  }

  /** True when all that is known of the host is this machine itself. */
  boolean isLoopback(String host) {
    List<InetAddress> pinned = known.get(bare(host));
    return pinned != null && pinned.stream().allMatch(InetAddress::isLoopbackAddress);
  }

  static String bare(String host) {
    boolean six = host.startsWith("[") && host.endsWith("]");
    return six ? host.substring(1, host.length() - 1) : host;
  }
}
