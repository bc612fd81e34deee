package org.newci.acceptance.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/** Rules put before those of a running system's registry, as an operator would, until closed. */
public final class RegistryRules implements AutoCloseable {

  private static final AtomicInteger COUNT = new AtomicInteger();

  private final Path file;
  private final String before;

  private RegistryRules(Path file, String before) {
    this.file = file;
    this.before = before;
  }

  /**
   * Writes them and waits until they are in force.
   *
   * @param rules items of {@code projects}, in YAML, indented by two blanks
   */
  public static RegistryRules before(RunningSystem system, String rules) {
    Path file = system.data().resolve("projects.yaml");
    RegistryRules put = new RegistryRules(file, read(file));
    // An environment is known as soon as the registry that names it is in force: a harmless probe.
    String mark = "in-force-" + COUNT.incrementAndGet();
    String first =
        "projects:\n  - {match: 'https://%s.test/x', environment: %s}\n".formatted(mark, mark);
    put.write(put.before.replaceFirst("(?m)^projects:\n", first + rules));
    String url = system.env("NEWCI_URL") + "/resume";
    String body = "{\"environment\":\"%s\"}".formatted(mark);
    Awaitility.await("the registry to be read again")
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(100))
        .until(() -> system.web().post(url, body).status() == 409);
    return put;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(String text) {
    try {
      Path beside = file.resolveSibling("projects.new");
      Files.writeString(beside, text);
      Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    write(before);
  }
}
