package org.newci.vcs.transport;

import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import org.newci.shell.peer.TrustedCa;

/**
 * Believes the JDK's public authorities, and the one made at set-up: GitLab and sources may have a
 * certificate of either.
 */
public final class PublicAndOwnCa implements X509TrustManager {

  private final X509TrustManager common;
  private final X509TrustManager own;

  private PublicAndOwnCa(X509TrustManager common, X509TrustManager own) {
    this.common = common;
    this.own = own;
  }

  /** That client, believing both; only the JDK's where there is no own one. */
  public static OkHttpClient trustedBy(OkHttpClient client, @Nullable TrustedCa ownCa) {
    if (ownCa == null) {
      return client;
    }
    try {
      X509TrustManager both =
          new PublicAndOwnCa(TrustedCa.ofJdk().trustManager(), ownCa.trustManager());
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {both}, null);
      return client.newBuilder().sslSocketFactory(context.getSocketFactory(), both).build();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no TLS", e);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    try {
      own.checkServerTrusted(chain, type);
    } catch (CertificateException notOurs) {
      common.checkServerTrusted(chain, type);
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("clients are not known here");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return Stream.concat(
            Arrays.stream(common.getAcceptedIssuers()), Arrays.stream(own.getAcceptedIssuers()))
        .toArray(X509Certificate[]::new);
  }
}
