package org.newci.vcs.source;

import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A secret that opens private sources, and the hosts that it may be shown to.
 *
 * @param name as requests call it
 * @param hosts a name for any port, or name and port with a colon between
 * @param folder where an SSH key and {@code known_hosts} lie
 * @param login user and token for http(s), as {@code user:token}; null where there is only a key
 */
public record Credential(String name, Set<String> hosts, Path folder, @Nullable String login) {

  public Credential {
    hosts = Set.copyOf(hosts);
  }

  /** True if the secret is for that server. */
  public boolean isFor(String host, int port) {
    String name = host.toLowerCase(Locale.ROOT);
    return hosts.contains(name) || hosts.contains(name + ":" + port);
  }

  /**
   * The Authorization header for that URL (RFC 7617); empty where the secret is not for it. It is
   * never sent in clear but to this machine itself.
   */
  Optional<String> authorization(URL url, boolean loopback) {
    int port = url.getPort() < 0 ? url.getDefaultPort() : url.getPort();
    boolean safe = url.getProtocol().equals("https") || loopback;
    if (login == null || !safe || !isFor(url.getHost(), port)) {
      return Optional.empty();
    }
    byte[] pair = login.getBytes(StandardCharsets.UTF_8);
    return Optional.of("Basic " + Base64.getEncoder().encodeToString(pair));
  }

  @Override
  public String toString() {
    return "Credential[" + name + "]";
  }
}
