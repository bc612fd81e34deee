package org.newci.shell.peer;

import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Says why TLS with somebody failed, as the end of a sentence that begins with who it was. */
public final class TlsFailure {

  private TlsFailure() {}

  /** Such as {@code has a certificate that has expired}; always with the word certificate. */
  public static String why(SSLException failure) {
    if (failure instanceof SSLPeerUnverifiedException) {
      return "has a certificate for another name than it was called by";
    }
    StringBuilder all = new StringBuilder();
    int depth = 0;
    for (Throwable t = failure; t != null && depth < 20; t = t.getCause()) {
      if (t instanceof CertificateExpiredException) {
        return "has a certificate that has expired";
      }
      if (t instanceof CertificateNotYetValidException) {
        return "has a certificate that is not good yet";
      }
      all.append(String.valueOf(t.getMessage()).toLowerCase(Locale.ROOT)).append('\n');
      depth++;
    }
    if (all.indexOf("subject alternative") >= 0) {
      return "has a certificate for another name than it was called by";
    }
    if (all.indexOf("name constraints") >= 0) {
      return "has a certificate for a name that its authority may not sign for";
    }
    if (all.indexOf("unable to find valid certification path") >= 0
        || all.indexOf("no trusted certificate") >= 0) {
      return "has a certificate of an authority that is not trusted here";
    }
    if (all.indexOf("protocol_version") >= 0 || all.indexOf("handshake_failure") >= 0) {
      return "offers no TLS of version 1.2 or newer, so its certificate was not even looked at";
    }
    if (all.indexOf("unrecognized ssl message") >= 0
        || all.indexOf("unsupported or unrecognized") >= 0) {
      return "does not speak TLS, so it has no certificate";
    }
    return "has a certificate that is not trusted, or TLS failed (" + failure.getMessage() + ")";
  }
}
