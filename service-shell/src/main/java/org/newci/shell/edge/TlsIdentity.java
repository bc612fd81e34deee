package org.newci.shell.edge;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;

/** Reads a certificate chain and its key from PEM files into a key store in memory. */
final class TlsIdentity {

  private TlsIdentity() {}

  static KeyStore read(EdgeConfig.TlsFiles files) {
    try {
      byte[] chainPem = Files.readAllBytes(files.chain());
      Certificate[] chain =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(chainPem))
              .toArray(Certificate[]::new);
      if (chain.length == 0) {
        throw new IllegalArgumentException(
            "TLS chain %s: no certificate in it".formatted(files.chain()));
      }
      PrivateKey key = key(files, chain[0]);
      requireSamePair(files, key, chain[0]);
      // It never leaves memory: PKCS12 would wrap the key in ten thousand rounds of hashing.
      KeyStore store = KeyStore.getInstance("JKS");
      store.load(null, new char[0]);
      store.setKeyEntry("edge", key, new char[0], chain);
      return store;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "TLS files %s and %s: not readable (%s)"
              .formatted(files.chain(), files.key(), e.getMessage()),
          e);
    }
  }

  private static PrivateKey key(EdgeConfig.TlsFiles files, Certificate leaf)
      throws IOException, GeneralSecurityException {
    String base64 =
        Files.readString(files.key()).replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
    return KeyFactory.getInstance(leaf.getPublicKey().getAlgorithm())
        .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
  }

  /** Signs something with the one and checks it with the other. */
  private static void requireSamePair(EdgeConfig.TlsFiles files, PrivateKey key, Certificate leaf)
      throws GeneralSecurityException {
    String algorithm =
        key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256with" + key.getAlgorithm();
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(key);
    byte[] probe = "newci".getBytes(StandardCharsets.US_ASCII);
    signature.update(probe);
    byte[] signed = signature.sign();
    signature.initVerify(leaf.getPublicKey());
    signature.update(probe);
    if (!signature.verify(signed)) {
      throw new IllegalArgumentException(
          "TLS files: %s is not the key of the certificate %s"
              .formatted(files.key(), files.chain()));
    }
  }
}
