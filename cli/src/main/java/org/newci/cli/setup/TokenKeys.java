package org.newci.cli.setup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.newci.auth.DenyList;
import org.newci.auth.SigningKey;
import org.newci.cli.CommandFailed;
import org.newci.cli.Exit;

/**
 * The keys that tokens are signed with, two at most, and the list of withdrawn tokens: written into
 * the secrets of every component that checks tokens, which reads them again by itself.
 */
public final class TokenKeys {

  private final DataFolder folder;
  private final Clock clock;

  public TokenKeys(DataFolder folder, Clock clock) {
    this.folder = folder;
    this.clock = clock;
  }

  /**
   * Makes the next key and signs with it from now on; tokens of the one before stay good.
   *
   * @return the new key's id
   */
  public String rotate() {
    requireSetUp();
    Set<String> trusted = trusted();
    if (trusted.size() > 1) {
      throw new CommandFailed(
          Exit.FAILED,
          "Two keys are trusted already (%s); drop the older one first with: newci token --drop-old"
              .formatted(String.join(", ", trusted)));
    }
    SigningKey next = SigningKey.generate();
    // Believed before it is used: a token of an unknown key would be refused.
    trust(next);
    PrivateFiles.write(folder.signingKey(), next.toPem());
    new ComponentTokens(folder, clock).renew();
    return next.verifyKey().id();
  }

  /**
   * Trusts nothing but the key that signs now: what the others signed is refused from now on.
   *
   * @return the ids of the keys that were dropped
   */
  public Set<String> dropOld() {
    requireSetUp();
    String current = current();
    new ComponentTokens(folder, clock).renew();
    Set<String> dropped = new TreeSet<>(trusted());
    dropped.remove(current);
    for (Part part : checking()) {
      for (String id : dropped) {
        remove(keyFile(part, id));
      }
    }
    return dropped;
  }

  /** Makes every component that checks tokens believe that key. */
  void trust(SigningKey key) {
    for (Part part : checking()) {
      PrivateFiles.write(keyFile(part, key.verifyKey().id()), key.verifyKey().toPem());
    }
  }

  /** Withdraws tokens: {@code sub NAME} or {@code jti ID}. */
  public void deny(String entry) {
    requireSetUp();
    DenyList.parse(entry);
    for (Part part : checking()) {
      Set<String> lines = new LinkedHashSet<>(denied(part));
      lines.add(entry.strip());
      PrivateFiles.write(list(part), String.join("\n", lines) + "\n");
    }
  }

  /** Takes an entry off the list again; false when it was not on it. */
  public boolean allow(String entry) {
    requireSetUp();
    boolean there = false;
    for (Part part : checking()) {
      Set<String> lines = new LinkedHashSet<>(denied(part));
      there |= lines.remove(entry.strip());
      PrivateFiles.write(list(part), String.join("\n", lines) + "\n");
    }
    return there;
  }

  private void requireSetUp() {
    if (!SetUp.isComplete(folder)) {
      throw new CommandFailed(
          Exit.FAILED,
          "Nothing is set up in %s; start it once with: newci up --data %s"
              .formatted(folder, folder));
    }
  }

  private String current() {
    return SigningKey.fromPem(PrivateFiles.read(folder.signingKey())).verifyKey().id();
  }

  private Set<String> trusted() {
    try (Stream<Path> files = Files.list(folder.secrets(Part.CONTROLLER))) {
      Set<String> ids = new TreeSet<>();
      files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches("verify-[0-9a-f]+\\.pem"))
          .forEach(name -> ids.add(name.replaceAll("verify-|\\.pem", "")));
      return ids;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look into " + folder.secrets(Part.CONTROLLER), e);
    }
  }

  private static List<Part> checking() {
    return Stream.of(Part.values()).filter(Part::checksTokens).toList();
  }

  private Path keyFile(Part part, String id) {
    return folder.secrets(part).resolve("verify-" + id + ".pem");
  }

  private Path list(Part part) {
    return folder.secrets(part).resolve("denied");
  }

  private List<String> denied(Part part) {
    return Files.exists(list(part)) ? PrivateFiles.read(list(part)).lines().toList() : List.of();
  }

  private static void remove(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + file, e);
    }
  }
}
