package org.newci.controller.submit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * Which GitLab project a repository maps to: a readable part and ten hex digits of the SHA-256 of
 * its normalised URL, so that two repositories never share a project.
 */
final class ProjectName {

  private static final int LONGEST = 40;

  private ProjectName() {}

  static String of(RepoUrl repo) {
    // Only letters, digits and single dashes inside: GitLab's rules for paths allow all of that.
    String slug =
        repo.lastName()
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9]+", "-")
            .replaceAll("^-+|-+$", "");
    if (slug.length() > LONGEST) {
      slug = slug.substring(0, LONGEST).replaceAll("-+$", "");
    }
    String digest = sha256(repo.normal()).substring(0, 10);
    return (slug.isEmpty() ? "repo" : slug) + "-" + digest;
  }

  /** 64 hex digits. */
  static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK has no SHA-256", e);
    }
  }
}
