package org.newci.shell.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder of one component: {@code secrets/} is written at set-up and only read here, {@code
 * data/} is the component's own.
 */
public record ComponentHome(Path dir) {

  /** From {@code NEWCI_HOME}. */
  public static ComponentHome from(Settings settings) {
    return new ComponentHome(settings.path("NEWCI_HOME"));
  }

  /** What the component keeps; made when missing. */
  public Path data() {
    Path data = dir.resolve("data");
    try {
      return Files.createDirectories(data);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the data folder " + data, e);
    }
  }

  /** Keys and tokens. */
  public Path secrets() {
    return dir.resolve("secrets");
  }

  /** The token that this component shows to its peers. */
  public Path token() {
    return secrets().resolve("token.jwt");
  }

  /** Certificate chain in PEM, leaf first. */
  public Path tlsChain() {
    return secrets().resolve("tls.pem");
  }

  /** Key of the leaf, PKCS#8 in PEM. */
  public Path tlsKey() {
    return secrets().resolve("tls.key");
  }

  /** The certificate authority that peers must have, in PEM. */
  public Path ca() {
    return secrets().resolve("ca.pem");
  }

  /** Withdrawn tokens, one a line; absent when there are none. */
  public Path denyList() {
    return secrets().resolve("denied");
  }

  /** Public keys by which callers' tokens may be signed: {@code verify-*.pem}. */
  public List<Path> verifyKeys() {
    try (Stream<Path> files = Files.list(secrets())) {
      return files
          .filter(file -> file.getFileName().toString().matches("verify-.*\\.pem"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the secrets folder " + secrets(), e);
    }
  }
}
