package org.newci.acceptance.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Tokens (RFC 7519) made by hand, as somebody would who wants to get in with a wrong one. */
public final class Jwt {

  private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();

  private final PrivateKey key;
  private final String publicPem;
  private final String kid;
  private final Instant now;

  private Jwt(PrivateKey key, String publicPem, String kid, Instant now) {
    this.key = key;
    this.publicPem = publicPem;
    this.kid = kid;
    this.now = now;
  }

  /** Signs with the key of that data folder. */
  public static Jwt of(Path data, Instant now) {
    try {
      String pem = Files.readString(data.resolve("setup/signing.key"));
      String privatePem = pem.replaceAll("(?s).*BEGIN PRIVATE KEY-----|-----END PRIVATE KEY.*", "");
      byte[] pkcs8 = Base64.getMimeDecoder().decode(privatePem);
      PrivateKey key = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      try (var files = Files.list(data.resolve("controller/secrets"))) {
        String name =
            files
                .map(file -> file.getFileName().toString())
                .filter(file -> file.startsWith("verify-"))
                .findFirst()
                .orElseThrow();
        String publicPem = Files.readString(data.resolve("controller/secrets").resolve(name));
        return new Jwt(key, publicPem, name.replaceAll("verify-|\\.pem", ""), now);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * A token that is right but for what is asked.
   *
   * @param lifetime from now; negative for one that is over
   */
  public String signed(String issuer, String audience, String scope, Duration lifetime) {
    return ecdsa(key, header("ES256"), payload(issuer, audience, scope, lifetime));
  }

  /** The right claims and the right key's name, signed by another key. */
  public String forged(String audience, String scope) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return ecdsa(
          generator.generateKeyPair().getPrivate(), header("ES256"), good(audience, scope));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The right claims and no signature. */
  public String unsigned(String audience, String scope) {
    return base64(header("none")) + "." + base64(good(audience, scope)) + ".";
  }

  /** The right claims, with the public key as the secret of an HMAC. */
  public String confused(String audience, String scope) {
    String text = base64(header("HS256")) + "." + base64(good(audience, scope));
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(publicPem.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return text + "." + URL.encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private String good(String audience, String scope) {
    return payload("newci", audience, scope, Duration.ofHours(1));
  }

  private String header(String algorithm) {
    return "{\"alg\":\"%s\",\"typ\":\"JWT\",\"kid\":\"%s\"}".formatted(algorithm, kid);
  }

  private String payload(String issuer, String audience, String scope, Duration lifetime) {
    return "{\"iss\":\"%s\",\"sub\":\"mallory\",\"aud\":[\"%s\"],\"scope\":\"%s\",\"exp\":%d}"
        .formatted(issuer, audience, scope, now.plus(lifetime).getEpochSecond());
  }

  private static String ecdsa(PrivateKey with, String header, String payload) {
    String text = base64(header) + "." + base64(payload);
    try {
      Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
      signature.initSign(with);
      signature.update(text.getBytes(StandardCharsets.UTF_8));
      return text + "." + URL.encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String base64(String text) {
    return URL.encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
