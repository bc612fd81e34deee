package org.newci.standin.hook;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import okhttp3.Dns;

/** Where hooks may be sent: not to this machine and its network, unless that is allowed. */
public final class HookTarget implements Dns {

  private final boolean localAllowed;

  public HookTarget(boolean localAllowed) {
    this.localAllowed = localAllowed;
  }

  /** What is wrong with that URL, in GitLab's words, if anything is. */
  public Optional<String> mistake(String url) {
    URI uri;
    try {
      uri = URI.create(url);
    } catch (IllegalArgumentException e) {
      return Optional.of("Invalid url given");
    }
    String scheme = String.valueOf(uri.getScheme());
    if (uri.getHost() == null || !(scheme.equals("http") || scheme.equals("https"))) {
      return Optional.of("Invalid url given");
    }
    if (localAllowed) {
      return Optional.empty();
    }
    try {
      return isLocal(InetAddress.getByName(uri.getHost().replaceAll("[\\[\\]]", "")))
          ? Optional.of("Invalid url given")
          : Optional.empty();
    } catch (UnknownHostException e) {
      // It may get a name later; the delivery looks again.
      return Optional.empty();
    }
  }

  @Override
  public List<InetAddress> lookup(String host) throws UnknownHostException {
    List<InetAddress> all = List.of(InetAddress.getAllByName(host));
    if (!localAllowed && all.stream().anyMatch(HookTarget::isLocal)) {
      throw new UnknownHostException(
          "URL is blocked: Requests to the local network are not allowed");
    }
    return all;
  }

  private static boolean isLocal(InetAddress address) {
    byte[] bytes = address.getAddress();
    boolean uniqueLocal = bytes.length == 16 && (bytes[0] & 0xfe) == 0xfc;
    boolean shared = bytes.length == 4 && (bytes[0] & 0xff) == 100 && (bytes[1] & 0xc0) == 64;
    return uniqueLocal
        || shared
        || address.isAnyLocalAddress()
        || address.isLoopbackAddress()
        || address.isLinkLocalAddress()
        || address.isSiteLocalAddress()
        || address.isMulticastAddress();
  }
}
