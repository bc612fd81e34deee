package org.newci.runner.sandbox;

import java.net.Inet4Address;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a job must not connect to. slirp4netns keeps it from the machine's loopback only; private
 * networks (RFC 1918, RFC 6598, RFC 3927), other ranges that are nobody's in public (RFC 6890) and
 * the machine's own addresses need routes.
 */
final class Routes {

  private static final Logger LOG = LoggerFactory.getLogger(Routes.class);
  private static final List<String> PRIVATE =
      List.of(
          "10.0.0.0/8",
          "172.16.0.0/12",
          "192.168.0.0/16",
          "100.64.0.0/10",
          "169.254.0.0/16",
          "192.0.0.0/24",
          "198.18.0.0/15",
          "224.0.0.0/4",
          "240.0.0.0/4");

  private static final String ROUTER = "10.0.2.2";
  private static final String NAME_SERVER = "10.0.2.3";

  private Routes() {}

  /** Lines for {@code ip -batch}, to be read before there is a network. */
  static String unreachable() {
    List<String> targets = new ArrayList<>(PRIVATE);
    try {
      NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
          .map(address -> address.getHostAddress() + "/32")
          .distinct()
          .forEach(targets::add);
    } catch (SocketException e) {
      // Without the list a job could reach this machine's public address: no job then.
      LOG.error("The addresses of this machine cannot be listed.", e);
      throw new IllegalStateException("the addresses of this machine cannot be listed", e);
    }
    StringBuilder batch = new StringBuilder();
    targets.forEach(target -> batch.append("route add unreachable ").append(target).append('\n'));
    return batch.toString();
  }

  /** Lines for when the router is there: it leads to those addresses and ranges only. */
  static String only(Collection<List<String>> targets) {
    StringBuilder batch = new StringBuilder("route del default\nroute add unreachable ");
    batch.append(NAME_SERVER).append('\n');
    targets.stream()
        .flatMap(List::stream)
        .distinct()
        .forEach(
            target ->
                batch
                    .append("route replace ")
                    .append(target)
                    .append(" via ")
                    .append(ROUTER)
                    .append('\n'));
    return batch.toString();
  }

  /** True for an address in one of the ranges above. */
  static boolean isPrivate(Inet4Address address) {
    int bits = bits(address.getAddress());
    for (String range : PRIVATE) {
      int slash = range.indexOf('/');
      int length = Integer.parseInt(range.substring(slash + 1));
      byte[] base = new byte[4];
      String[] parts = range.substring(0, slash).split("\\.", -1);
      for (int i = 0; i < 4; i++) {
        base[i] = (byte) Integer.parseInt(parts[i]);
      }
      if ((bits ^ bits(base)) >>> (32 - length) == 0) {
        return true;
      }
    }
    return false;
  }

  private static int bits(byte[] address) {
    return (address[0] & 0xff) << 24
        | (address[1] & 0xff) << 16
        | (address[2] & 0xff) << 8
        | (address[3] & 0xff);
  }
}
