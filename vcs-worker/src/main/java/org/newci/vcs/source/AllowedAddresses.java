package org.newci.vcs.source;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Which addresses sources may lie at: public ones. Private (RFC 1918, RFC 4193, RFC 6598),
 * link-local, loopback and other special ones (RFC 6890) are refused, whatever the name.
 *
 * @param loopback schemes that may reach this machine's loopback
 */
public record AllowedAddresses(Set<String> loopback) {

  /** Thrown from inside a connection attempt, found again among the causes. */
  public static final class AddressRefused extends IOException {
    private static final long serialVersionUID = 1L;

    AddressRefused(String sentence) {
      super(sentence);
    }
  }

  /** None on the loopback, or git, http and https there. */
  public static AllowedAddresses of(boolean allowLoopback) {
    return new AllowedAddresses(allowLoopback ? Set.of("git", "http", "https") : Set.of());
  }

  /**
   * Where that name leads.
   *
   * @throws UnknownHostException when it leads nowhere
   * @throws AddressRefused when one of the addresses must not be reached
   */
  public List<InetAddress> resolve(String scheme, String host) throws IOException {
    List<InetAddress> found = Arrays.asList(InetAddress.getAllByName(host));
    for (InetAddress address : found) {
      check(scheme, host, address);
    }
    return found;
  }

  private void check(String scheme, String host, InetAddress address) throws AddressRefused {
    if (address.isLoopbackAddress() && loopback.contains(scheme)) {
      return;
    }
    if (isSpecial(address)) {
      throw new AddressRefused(
          "The host %s has the address %s, which is not a public one; sources there are refused."
              .formatted(host, address.getHostAddress()));
    }
  }

  static boolean isSpecial(InetAddress address) {
    if (address.isLoopbackAddress()
        || address.isAnyLocalAddress()
        || address.isLinkLocalAddress()
        || address.isSiteLocalAddress()
        || address.isMulticastAddress()) {
      return true;
    }
    byte[] bytes = address.getAddress();
    int first = bytes[0] & 0xff;
    int second = bytes[1] & 0xff;
    if (address instanceof Inet4Address) {
      return first == 0
          || first >= 240
          || (first == 100 && second >= 64 && second < 128)
          || (first == 192 && second == 0 && bytes[2] == 0)
          || (first == 198 && (second == 18 || second == 19));
    }
    // Unique local, and the forms that carry an IPv4 address: ::/96, 64:ff9b::/32, 2002::/16.
    boolean zeros = true;
    for (int i = 0; i < 12; i++) {
      zeros &= bytes[i] == 0;
    }
    boolean nat64 = first == 0 && second == 0x64 && (bytes[2] & 0xff) == 0xff;
    boolean sixToFour = first == 0x20 && second == 0x02;
    return (first & 0xfe) == 0xfc || zeros || nat64 || sixToFour;
  }
}
