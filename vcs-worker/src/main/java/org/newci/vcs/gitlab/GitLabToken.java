package org.newci.vcs.gitlab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The token that GitLab knows this worker by: a secret, so it prints as nothing of use. */
public record GitLabToken(String secret) {

  public GitLabToken {
    secret = secret.strip();
    if (secret.isEmpty() || !secret.chars().allMatch(c -> c > ' ' && c < 127)) {
      throw new IllegalArgumentException(
          "GitLab token: empty or with blanks in it (expected one such as glpat-…)");
    }
  }

  /** The token in that file. */
  public static GitLabToken in(Path file) {
    if (!Files.exists(file)) {
      throw new IllegalArgumentException(
          "Settings: the file %s is missing (expected a GitLab token in it).".formatted(file));
    }
    try {
      return new GitLabToken(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the GitLab token in " + file, e);
    }
  }

  @Override
  public String toString() {
    return "GitLabToken[…]";
  }
}
