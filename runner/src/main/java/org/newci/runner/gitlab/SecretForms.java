package org.newci.runner.gitlab;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * How a secret may stand in a log besides as it is: encoded for a URL, and in base64, alone or in
 * the middle of something longer, in one line or in lines of 76 characters.
 */
final class SecretForms {

  /** Fewer characters would also hide what is no secret. */
  private static final int SHORTEST = 8;

  /** So many bytes make a line of what {@code base64} prints. */
  private static final int LINE = 57;

  private SecretForms() {}

  /** All forms of all of them. */
  static Set<String> of(Collection<String> secrets) {
    Set<String> all = new LinkedHashSet<>();
    for (String secret : secrets) {
      all.add(secret);
      String inUrl = URLEncoder.encode(secret, StandardCharsets.UTF_8);
      all.add(inUrl);
      all.add(inUrl.replace("+", "%20"));
      byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
      for (Base64.Encoder encoder :
          new Base64.Encoder[] {Base64.getEncoder(), Base64.getUrlEncoder()}) {
        addBase64(all, encoder, bytes);
      }
    }
    return all;
  }

  private static void addBase64(Set<String> all, Base64.Encoder encoder, byte[] secret) {
    add(all, encoder.encodeToString(secret));
    for (int before = 0; before < 3; before++) {
      add(all, inside(encoder, secret, before));
    }
    for (int at = 0; at < secret.length; at += LINE) {
      add(
          all,
          inside(encoder, Arrays.copyOfRange(secret, at, Math.min(secret.length, at + LINE)), 0));
    }
  }

  /** Those characters that the secret alone decides when that many bytes are before it. */
  private static String inside(Base64.Encoder encoder, byte[] secret, int before) {
    byte[] shifted = new byte[before + secret.length];
    System.arraycopy(secret, 0, shifted, before, secret.length);
    String encoded = encoder.withoutPadding().encodeToString(shifted);
    int first = (before * 8 + 5) / 6;
    int end = shifted.length * 8 / 6;
    return first < end ? encoded.substring(first, end) : "";
  }

  private static void add(Set<String> all, String form) {
    if (form.length() >= SHORTEST) {
      all.add(form);
    }
  }
}
