package org.newci.cli.setup;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.newci.cli.CommandFailed;
import org.newci.cli.Exit;
import org.newci.shell.json.Json;

/**
 * The ports of one machine. They are chosen once, since URLs with them are kept (in old builds, in
 * webhooks), and lie below the range that Linux gives to outgoing connections.
 */
public record Ports(Map<String, Integer> byName) {

  /** The name of the test environment's second port. */
  public static final String SSH = "test-env-ssh";

  private static final int LOWEST = 20_000;
  private static final int HIGHEST = 32_000;

  public Ports {
    byName = Map.copyOf(byName);
  }

  /** Free ports for everything that listens. */
  static Ports choose() {
    RandomGenerator random = new SecureRandom();
    Map<String, Integer> chosen = new LinkedHashMap<>();
    for (Part part : Part.services()) {
      chosen.put(part.word(), free(random, chosen));
    }
    chosen.put(SSH, free(random, chosen));
    return new Ports(chosen);
  }

  /** What was chosen for that folder. */
  public static Ports of(DataFolder folder) {
    Map<String, Integer> read = new LinkedHashMap<>();
    var tree = Json.tree(PrivateFiles.read(folder.run().resolve("ports.json")));
    tree.properties().forEach(entry -> read.put(entry.getKey(), entry.getValue().asInt()));
    return new Ports(read);
  }

  void write(DataFolder folder) {
    PrivateFiles.write(folder.run().resolve("ports.json"), Json.write(byName) + "\n");
  }

  /** True when that folder has its ports. */
  static boolean chosen(DataFolder folder) {
    return Files.exists(folder.run().resolve("ports.json"));
  }

  /** The port that the component serves HTTPS on. */
  public int of(Part part) {
    return named(part.word());
  }

  /** The port of the test environment's SSH server. */
  public int ssh() {
    return named(SSH);
  }

  /** {@code https://localhost:PORT}. */
  public URI url(Part part) {
    return URI.create("https://localhost:" + of(part));
  }

  private int named(String name) {
    Integer port = byName.get(name);
    if (port == null) {
      throw new IllegalStateException("ports.json: no port of " + name);
    }
    return port;
  }

  /** Fails with one sentence when somebody else has one of them. */
  public void requireFree(DataFolder folder) {
    byName.forEach(
        (name, port) -> {
          if (!isFree(port)) {
            throw new CommandFailed(
                Exit.FAILED,
                ("Port %d, which %s had the first time, is taken by another program; stop that"
                        + " program, or change %s (old URLs then no longer work).")
                    .formatted(port, name, folder.run().resolve("ports.json")));
          }
        });
  }

  private static int free(RandomGenerator random, Map<String, Integer> taken) {
    for (int tries = 0; tries < 1_000; tries++) {
      int port = random.nextInt(LOWEST, HIGHEST);
      if (!taken.containsValue(port) && isFree(port)) {
        return port;
      }
    }
    throw new CommandFailed(
        Exit.FAILED, "No free port between %d and %d was found.".formatted(LOWEST, HIGHEST));
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
