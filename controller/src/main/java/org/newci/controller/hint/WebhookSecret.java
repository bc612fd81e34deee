package org.newci.controller.hint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** What GitLab sends along with its webhooks: one word, or two while it is changed. */
public final class WebhookSecret {

  private final List<String> words;

  private WebhookSecret(List<String> words) {
    this.words = List.copyOf(words);
  }

  /** The lines of that file; the first is the one that new projects get. */
  public static WebhookSecret read(Path file) {
    try {
      List<String> words =
          Files.readAllLines(file).stream().map(String::strip).filter(w -> !w.isEmpty()).toList();
      if (words.isEmpty() || words.size() > 2) {
        throw new IllegalArgumentException(
            "webhook secret %s: %d lines (expected one, or two while it is changed)"
                .formatted(file, words.size()));
      }
      return new WebhookSecret(words);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "webhook secret %s: not readable (expected a file with one line)".formatted(file), e);
    }
  }

  /** True if that is one of the words; takes equally long whatever it is. */
  boolean matches(@Nullable String given) {
    byte[] shown = given == null ? new byte[0] : given.getBytes(StandardCharsets.UTF_8);
    boolean any = false;
    for (String word : words) {
      any |= MessageDigest.isEqual(word.getBytes(StandardCharsets.UTF_8), shown);
    }
    return any;
  }

  /**
   * True if that is the HMAC-SHA-256 of the body under one of the words, in hex; takes equally long
   * whatever it is.
   */
  boolean signs(byte[] body, String hex) {
    byte[] shown = hex.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8);
    boolean any = false;
    for (String word : words) {
      byte[] right = HexFormat.of().formatHex(hmac(word, body)).getBytes(StandardCharsets.UTF_8);
      any |= MessageDigest.isEqual(right, shown);
    }
    return any;
  }

  private static byte[] hmac(String word, byte[] body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(word.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return mac.doFinal(body);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no HMAC-SHA-256", e);
    }
  }

  /** The word for new projects. */
  public String reveal() {
    return words.getFirst();
  }

  @Override
  public String toString() {
    return "WebhookSecret[…]";
  }
}
