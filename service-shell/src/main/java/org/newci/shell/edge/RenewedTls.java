package org.newci.shell.edge;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import javax.net.ssl.SSLEngine;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server's TLS whose certificate may be renewed while it serves: the files are looked at when a
 * connection begins, and read again when they have changed. While they cannot be read, or the key
 * is not the certificate's (the two are written one after the other), the earlier ones are kept.
 */
final class RenewedTls extends SslContextFactory.Server {

  private static final Logger LOG = LoggerFactory.getLogger(RenewedTls.class);

  private record Times(FileTime chain, FileTime key) {}

  private final EdgeConfig.TlsFiles files;
  private Times read;

  RenewedTls(EdgeConfig.TlsFiles files) {
    this.files = files;
    try {
      this.read = times();
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "TLS files %s and %s: not readable (%s)"
              .formatted(files.chain(), files.key(), e.getMessage()),
          e);
    }
    setKeyStore(TlsIdentity.read(files));
    setKeyStorePassword("");
    setIncludeProtocols("TLSv1.3", "TLSv1.2");
    setSniRequired(false);
    // All that are left are good; the client knows best which of them its machine is fast at.
    setUseCipherSuitesOrder(false);
  }

  private Times times() throws IOException {
    return new Times(
        Files.getLastModifiedTime(files.chain()), Files.getLastModifiedTime(files.key()));
  }

  private synchronized void freshen() {
    try {
      Times now = times();
      if (now.equals(read)) {
        return;
      }
      var renewed = TlsIdentity.read(files);
      reload(factory -> factory.setKeyStore(renewed));
      read = now;
      LOG.info("serves with the renewed certificate of {}", files.chain());
    } catch (Exception e) {
      LOG.warn("the certificate changed, and the new one cannot be used: {}", e.getMessage());
    }
  }

  @Override
  public SSLEngine newSSLEngine() {
    freshen();
    return super.newSSLEngine();
  }

  @Override
  public SSLEngine newSSLEngine(String host, int port) {
    freshen();
    return super.newSSLEngine(host, port);
  }

  @Override
  public SSLEngine newSSLEngine(InetSocketAddress address) {
    freshen();
    return super.newSSLEngine(address);
  }
}
