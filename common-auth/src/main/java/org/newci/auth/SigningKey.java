package org.newci.auth;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;

/**
 * The key pair that signs tokens: ECDSA on P-256 (ES256, RFC 7518 section 3.4). Only the set-up
 * holds it; services hold {@link VerifyKey}s.
 */
public final class SigningKey {

  private static final Base64.Encoder MIME = Base64.getMimeEncoder(64, new byte[] {'\n'});

  private final ECPrivateKey secret;
  private final VerifyKey verifyKey;

  private SigningKey(ECPrivateKey secret, VerifyKey verifyKey) {
    this.secret = secret;
    this.verifyKey = verifyKey;
  }

  /** A fresh pair. */
  public static SigningKey generate() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      var pair = generator.generateKeyPair();
      return new SigningKey(
          (ECPrivateKey) pair.getPrivate(), VerifyKey.of((ECPublicKey) pair.getPublic()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no P-256 keys", e);
    }
  }

  /** Reads what {@link #toPem} wrote: a PRIVATE KEY and a PUBLIC KEY block. */
  public static SigningKey fromPem(String pem) {
    try {
      byte[] pkcs8 = Pem.block(pem, "PRIVATE KEY");
      ECPrivateKey secret =
          (ECPrivateKey)
              KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      return new SigningKey(secret, VerifyKey.fromPem(pem));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "signing key: not a P-256 key in PKCS#8 (" + e.getMessage() + ")", e);
    }
  }

  /** Both halves as PEM; a secret. */
  public String toPem() {
    return Pem.write("PRIVATE KEY", secret.getEncoded()) + verifyKey.toPem();
  }

  /** The half that services get. */
  public VerifyKey verifyKey() {
    return verifyKey;
  }

  ECPrivateKey secret() {
    return secret;
  }

  @Override
  public String toString() {
    return "SigningKey[" + verifyKey.id() + "]";
  }

  /** The public half of a signing key. */
  public record VerifyKey(String id, ECPublicKey key) {

    static VerifyKey of(ECPublicKey key) {
      return new VerifyKey(idOf(key), key);
    }

    /** Reads the PUBLIC KEY block of that text. */
    public static VerifyKey fromPem(String pem) {
      try {
        byte[] spki = Pem.block(pem, "PUBLIC KEY");
        return of(
            (ECPublicKey)
                KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(spki)));
      } catch (InvalidKeySpecException e) {
        throw new IllegalArgumentException("verify key: not a P-256 public key", e);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("this JDK has no P-256 keys", e);
      }
    }

    /** As one PUBLIC KEY block. */
    public String toPem() {
      return Pem.write("PUBLIC KEY", key.getEncoded());
    }

    private static String idOf(ECPublicKey key) {
      try {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
        return HexFormat.of().formatHex(digest, 0, 8);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("this JDK has no SHA-256", e);
      }
    }
  }

  private static final class Pem {

    static String write(String label, byte[] der) {
      return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
          .formatted(label, MIME.encodeToString(der), label);
    }

    static byte[] block(String pem, String label) {
      String begin = "-----BEGIN " + label + "-----";
      int from = pem.indexOf(begin);
      int to = pem.indexOf("-----END " + label + "-----");
      if (from < 0 || to < from) {
        throw new IllegalArgumentException("PEM text: no %s block in it".formatted(label));
      }
      return Base64.getMimeDecoder()
          .decode(pem.substring(from + begin.length(), to).getBytes(StandardCharsets.US_ASCII));
    }
  }
}
