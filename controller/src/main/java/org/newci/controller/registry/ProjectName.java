package org.newci.controller.registry;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which GitLab project a repository maps to: a readable part and ten hex digits of the SHA-256 of
 * its normalised URL, so that two repositories never share a project.
 */
public final class ProjectName {

  private static final int LONGEST = 40;
  private static final Pattern OTHERS = Pattern.compile("[^a-z0-9]+");
  private static final Pattern DASHES_AROUND = Pattern.compile("^-+|-+$");

  /** GitLab: reserved project names (docs.gitlab.com, user/reserved_names). */
  private static final Set<String> RESERVED =
      Set.of(
          "badges",
          "blame",
          "blob",
          "builds",
          "commits",
          "create",
          "create_dir",
          "edit",
          "files",
          "find_file",
          "new",
          "preview",
          "raw",
          "refs",
          "tree",
          "update",
          "wikis");

  private ProjectName() {}

  static boolean isReserved(String name) {
    return RESERVED.contains(name);
  }

  /** Its name when the registry says nothing else. */
  static String of(RepoUrl repo) {
    return slug(repo.lastName()) + "-" + hash(repo);
  }

  /** Ten hex digits that hardly any other repository has. */
  static String hash(RepoUrl repo) {
    return sha256(repo.identity()).substring(0, 10);
  }

  /** Only letters, digits and single dashes inside: GitLab's rules for paths allow all of that. */
  static String slug(String name) {
    String dashed = OTHERS.matcher(name.toLowerCase(Locale.ROOT)).replaceAll("-");
    String slug = DASHES_AROUND.matcher(dashed).replaceAll("");
    if (slug.length() > LONGEST) {
      slug = slug.substring(0, LONGEST).replaceAll("-+$", "");
    }
    return slug.isEmpty() ? "repo" : slug;
  }

  /** 64 hex digits. */
  public static String sha256(String text) {
    return sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The same of these bytes. */
  public static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK has no SHA-256", e);
    }
  }
}
