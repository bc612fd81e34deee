package org.newci.standin.ci;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;

/** Names made fit for host names and the like, as GitLab makes them. */
public final class Slug {
  private static final int LONGEST = 63;
  private static final int LONGEST_ENVIRONMENT = 24;
  private static final int SUFFIX = 6;

  private Slug() {}

  /** {@code CI_…_SLUG}: lower case, only letters, digits and dashes, no dash at the ends. */
  public static String of(String name) {
    String dashed = dashed(name);
    String cut = dashed.length() > LONGEST ? dashed.substring(0, LONGEST) : dashed;
    return cut.replaceAll("^-+|-+$", "");
  }

  /**
   * {@code CI_ENVIRONMENT_SLUG}: begins with a letter and has at most 24 characters; a name that is
   * changed by that gets a suffix from its hash, so that two names never share a slug.
   */
  public static String ofEnvironment(String name) {
    String slug = dashed(name);
    if (slug.isEmpty() || !Character.isLetter(slug.charAt(0))) {
      slug = "env-" + slug;
    }
    slug = slug.replaceAll("-{2,}", "-");
    if (slug.length() <= LONGEST_ENVIRONMENT && slug.equals(name)) {
      return slug.replaceAll("-$", "");
    }
    int kept = LONGEST_ENVIRONMENT - SUFFIX - 1;
    String start = slug.length() > kept ? slug.substring(0, kept) : slug;
    return (start.endsWith("-") ? start : start + "-") + suffix(name);
  }

  private static String dashed(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "-");
  }

  private static String suffix(String name) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
      String digits = new BigInteger(1, hash).toString(36);
      return digits.substring(digits.length() - SUFFIX);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is in every JDK", e);
    }
  }
}
