package org.newci.shell.edge;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How often an address may fail to show a good token: a bucket of failures that fills again with
 * time. It only changes what a bad token is told; a good one always passes. IPv6 addresses count by
 * their /64, which is what one customer has.
 */
final class FailureLimit {

  /** So many at once are still told what is wrong with their token. */
  static final int BURST = 600;

  /** So many more each second. */
  static final int PER_SECOND = 10;

  private static final int MOST_ADDRESSES = 10_000;

  private record Bucket(double left, Instant at) {}

  private final Map<String, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true);

  /** Counts a failure; the time to wait before the next one, zero while there is room. */
  synchronized Duration count(String address, Instant now) {
    String key = network(address);
    Bucket known = buckets.getOrDefault(key, new Bucket(BURST, now));
    double seconds = Math.max(0, Duration.between(known.at(), now).toMillis() / 1000.0);
    double left = Math.min(BURST, known.left() + seconds * PER_SECOND) - 1;
    buckets.put(key, new Bucket(Math.max(left, -1), now));
    if (buckets.size() > MOST_ADDRESSES) {
      var eldest = buckets.entrySet().iterator();
      eldest.next();
      eldest.remove();
    }
    return left >= 0 ? Duration.ZERO : Duration.ofSeconds(1);
  }

  /** How many addresses are remembered. */
  synchronized int size() {
    return buckets.size();
  }

  private static String network(String address) {
    if (address.indexOf(':') < 0) {
      return address;
    }
    try {
      // An address as text, so nothing is asked of a name server.
      byte[] six = InetAddress.getByName(address).getAddress();
      return six.length == 16 ? Arrays.toString(Arrays.copyOf(six, 8)) : address;
    } catch (UnknownHostException e) {
      return address;
    }
  }
}
