package org.newci.runner.sandbox;

import java.net.Inet4Address;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a job must not connect to. slirp4netns keeps it from the machine's loopback only; private
 * networks (RFC 1918, RFC 6598, RFC 3927) and the machine's own addresses need routes.
 */
final class Routes {

  private static final Logger LOG = LoggerFactory.getLogger(Routes.class);
  private static final List<String> PRIVATE =
      List.of("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16");

  private Routes() {}

  /** Lines for {@code ip -batch}. */
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
}
