package org.newci.shell.edge;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.newci.shell.config.ComponentHome;
import org.newci.shell.config.Settings;

/**
 * Where an edge listens.
 *
 * @param port 0 for any free one
 * @param tls chain and key; null for plain HTTP behind a proxy that terminates TLS
 */
public record EdgeConfig(String host, int port, @Nullable TlsFiles tls) {

  /** Certificate chain and key, in PEM. */
  public record TlsFiles(Path chain, Path key) {}

  /**
   * From {@code NEWCI_LISTEN} ({@code HOST:PORT}, default {@code 127.0.0.1:0}) and {@code
   * NEWCI_TLS} ({@code on}, or {@code off} behind a proxy).
   */
  public static EdgeConfig from(Settings settings, ComponentHome home) {
    String listen = settings.text("NEWCI_LISTEN", "127.0.0.1:0");
    int colon = listen.lastIndexOf(':');
    if (colon < 1 || !listen.substring(colon + 1).matches("\\d{1,5}")) {
      throw new IllegalArgumentException(
          "Settings: NEWCI_LISTEN is '%s' (expected HOST:PORT).".formatted(listen));
    }
    boolean tls = !settings.text("NEWCI_TLS", "on").equals("off");
    return new EdgeConfig(
        listen.substring(0, colon),
        Integer.parseInt(listen.substring(colon + 1)),
        tls ? new TlsFiles(home.tlsChain(), home.tlsKey()) : null);
  }

  /** Plain HTTP on a free port of the loopback: for tests. */
  public static EdgeConfig plainLoopback() {
    return new EdgeConfig("127.0.0.1", 0, null);
  }
}
