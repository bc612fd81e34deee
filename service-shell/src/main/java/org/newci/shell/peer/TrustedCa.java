package org.newci.shell.peer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** The certificate authorities that a client believes; there is no way to believe nobody's. */
public final class TrustedCa {

  private final X509TrustManager trust;
  private final SSLSocketFactory sockets;

  private TrustedCa(X509TrustManager trust) {
    this.trust = trust;
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {trust}, null);
      this.sockets = context.getSocketFactory();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no TLS", e);
    }
  }

  /** Only the certificates in that PEM file. */
  public static TrustedCa of(Path pem) {
    try (InputStream in = Files.newInputStream(pem)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, new char[0]);
      int count = 0;
      for (Certificate ca : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("ca-" + count++, ca);
      }
      if (count == 0) {
        throw new IllegalArgumentException("CA file %s: no certificate in it".formatted(pem));
      }
      return new TrustedCa(trustManager(store));
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "CA file %s: not readable (%s)".formatted(pem, e.getMessage()), e);
    }
  }

  /** What the JDK believes: for servers with public certificates. */
  public static TrustedCa ofJdk() {
    try {
      return new TrustedCa(trustManager(null));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no trust store", e);
    }
  }

  private static X509TrustManager trustManager(@org.jspecify.annotations.Nullable KeyStore store)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return (X509TrustManager) factory.getTrustManagers()[0];
  }

  public X509TrustManager trustManager() {
    return trust;
  }

  public SSLSocketFactory socketFactory() {
    return sockets;
  }
}
