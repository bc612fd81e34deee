package org.newci.cli.setup;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;

/**
 * ECDSA keys on P-256 in the forms that SSH programs read: SEC 1 in PEM (RFC 5915) for the private
 * half, one OpenSSH line (RFC 5656) for the public one.
 */
final class SshKeys {

  private static final String TYPE = "ecdsa-sha2-nistp256";
  private static final int FIELD_BYTES = 32;

  private SshKeys() {}

  static KeyPair generate() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no P-256 keys", e);
    }
  }

  /** {@code BEGIN EC PRIVATE KEY}, with curve and public half inside, as SSH programs want it. */
  static String privatePem(KeyPair pair) {
    ECPrivateKey secret = (ECPrivateKey) pair.getPrivate();
    try {
      byte[] der =
          new org.bouncycastle.asn1.sec.ECPrivateKey(
                  FIELD_BYTES * 8,
                  secret.getS(),
                  new DERBitString(point((ECPublicKey) pair.getPublic())),
                  SECObjectIdentifiers.secp256r1)
              .getEncoded();
      return Pem.write("EC PRIVATE KEY", der);
    } catch (IOException e) {
      throw new IllegalStateException("cannot encode a key", e);
    }
  }

  /** {@code ecdsa-sha2-nistp256 BASE64}: for authorized_keys, and after a host's name. */
  static String publicLine(KeyPair pair) {
    ByteArrayOutputStream blob = new ByteArrayOutputStream();
    field(blob, TYPE.getBytes(StandardCharsets.US_ASCII));
    field(blob, "nistp256".getBytes(StandardCharsets.US_ASCII));
    field(blob, point((ECPublicKey) pair.getPublic()));
    return TYPE + " " + Base64.getEncoder().encodeToString(blob.toByteArray());
  }

  private static void field(ByteArrayOutputStream out, byte[] value) {
    out.writeBytes(ByteBuffer.allocate(4).putInt(value.length).array());
    out.writeBytes(value);
  }

  /** The uncompressed point: 4, x, y. */
  private static byte[] point(ECPublicKey key) {
    byte[] point = new byte[1 + 2 * FIELD_BYTES];
    point[0] = 4;
    put(key.getW().getAffineX(), point, 1);
    put(key.getW().getAffineY(), point, 1 + FIELD_BYTES);
    return point;
  }

  private static void put(BigInteger number, byte[] into, int at) {
    byte[] bytes = number.toByteArray();
    int from = Math.max(0, bytes.length - FIELD_BYTES);
    byte[] last = Arrays.copyOfRange(bytes, from, bytes.length);
    System.arraycopy(last, 0, into, at + FIELD_BYTES - last.length, last.length);
  }
}
