package org.newci.vcs.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.newci.vcs.source.SourceFailure.Kind;

/**
 * The credentials of this worker: one folder each, read at each use so that a new one needs no
 * restart. A folder holds {@code hosts} (one a line), and {@code user} and {@code token}, or {@code
 * id_*} and {@code known_hosts}.
 */
public final class Credentials {

  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";
  private static final long LONGEST = 64L * 1024;

  private final Path root;

  /**
   * Those below that folder, which may be absent.
   *
   * @param root {@code secrets/credentials}
   */
  public Credentials(Path root) {
    this.root = root;
  }

  /**
   * The credential of that name, if it may be used for that source; null for no name.
   *
   * @throws SourceFailure when there is none, or it is not for the source's host
   */
  public @Nullable Credential of(@Nullable String name, SourceUrl url) throws SourceFailure {
    if (name == null) {
      return null;
    }
    Path folder = root.resolve(name.matches(NAME) ? name : "no-such-credential").normalize();
    if (!name.matches(NAME) || !Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      throw new SourceFailure(
          Kind.CREDENTIAL_UNKNOWN,
          "This worker holds no credential named '%s'.".formatted(shown(name)),
          null);
    }
    Credential credential = read(name, folder);
    if (!credential.isFor(url.host(), url.portInUse())) {
      throw new SourceFailure(
          Kind.CREDENTIAL_NOT_FOR_HOST,
          "The credential '%s' is not for the server %s.".formatted(name, url.place()),
          null);
    }
    if (url.scheme().equals("git")) {
      throw new SourceFailure(
          Kind.CREDENTIAL_NOT_FOR_HOST,
          "The credential '%s' cannot be used for %s, since git:// knows no login."
              .formatted(name, url),
          null);
    }
    return credential;
  }

  private static Credential read(String name, Path folder) throws SourceFailure {
    try {
      Set<String> hosts =
          text(folder.resolve("hosts"))
              .lines()
              .map(line -> line.strip().toLowerCase(Locale.ROOT))
              .filter(line -> !line.isEmpty() && !line.startsWith("#"))
              .collect(Collectors.toUnmodifiableSet());
      Path token = folder.resolve("token");
      String login =
          Files.exists(token)
              ? text(folder.resolve("user")).strip() + ":" + text(token).strip()
              : null;
      return new Credential(name, hosts, folder, login);
    } catch (IOException e) {
      throw new SourceFailure(
          Kind.CREDENTIAL_UNKNOWN,
          ("The credential '%s' of this worker cannot be read (expected the file hosts, and user"
                  + " and token or id_* and known_hosts).")
              .formatted(name),
          e);
    }
  }

  private static String text(Path file) throws IOException {
    if (Files.size(file) > LONGEST) {
      throw new IOException(file + " is longer than 64 KiB");
    }
    return Files.readString(file);
  }

  private static String shown(String name) {
    return name.length() > 64 ? name.substring(0, 64) + "…" : name;
  }
}
