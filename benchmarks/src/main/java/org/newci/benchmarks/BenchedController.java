package org.newci.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.newci.acceptance.system.Checkout;
import org.newci.acceptance.system.RawHttps;
import org.newci.acceptance.system.Shell;

/**
 * A controller in a process of its own, as {@code ./newci serve controller} starts it: TLS, tokens,
 * and the flags of the start script.
 */
final class BenchedController implements AutoCloseable {

  /** More builds than any of the loads here brings in. */
  private static final int QUEUE_LIMIT = 100_000;

  private final Path folder;
  private final @Nullable String database;
  private final StandInWorkers workers;
  private final Map<String, String> env = new LinkedHashMap<>();
  private @Nullable Process process;

  /** Sets a data folder up there; keeps builds in that PostgreSQL, or else in a file. */
  BenchedController(Path folder, @Nullable String database, StandInWorkers workers) {
    this.folder = folder;
    this.database = database;
    this.workers = workers;
    newci("setup", "--data", folder.toString());
    for (String line : newci("env", "--data", folder.toString()).lines().toList()) {
      String[] parts = line.replaceFirst("^export ", "").split("=", 2);
      env.put(parts[0], parts[1].replaceAll("^['\"]|['\"]$", ""));
    }
  }

  private static String newci(String... arguments) {
    List<String> command = new ArrayList<>(List.of(Checkout.file("newci").toString()));
    command.addAll(List.of(arguments));
    return Shell.run(Path.of("/"), Map.of("NEWCI_NO_BUILD", "1"), Duration.ofMinutes(2), command)
        .ok();
  }

  /** Starts it with so long a queue; answers how many milliseconds it took to answer that path. */
  double start(int queueLimit, String path) throws IOException {
    Map<String, String> settings = new HashMap<>();
    settings.put("NEWCI_NO_BUILD", "1");
    settings.put("NEWCI_HOME", home().toString());
    settings.put("NEWCI_LISTEN", env.getOrDefault("NEWCI_URL", "").replaceFirst("^https://", ""));
    settings.put("NEWCI_VCS_URL", workers.url());
    settings.put("NEWCI_BLOBS_URL", workers.url());
    settings.put("NEWCI_DEPLOY_URL", workers.url());
    settings.put("NEWCI_REGISTRY", folder.resolve("projects.yaml").toString());
    settings.put("NEWCI_QUEUE_LIMIT", String.valueOf(queueLimit));
    if (database != null) {
      settings.put("NEWCI_DATABASE_URL", database);
    }
    ProcessBuilder builder =
        new ProcessBuilder(Checkout.file("newci").toString(), "serve", "controller")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()));
    builder.environment().putAll(settings);
    long began = System.nanoTime();
    process = builder.start();
    while (System.nanoTime() - began < 60e9) {
      try (KeptConnection connection = connect()) {
        if (connection.send("GET", path, "", "").status() == 200) {
          return (System.nanoTime() - began) / 1e6;
        }
      } catch (IOException notYet) {
        pause();
      }
    }
    throw new IllegalStateException(
        "the controller does not answer: " + Files.readString(folder.resolve("log")));
  }

  /** The same with the queue that loads need. */
  void start() throws IOException {
    start(QUEUE_LIMIT, "/status?finished=0");
  }

  /** Between two looks at something that is about to answer. */
  static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(5);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  Path home() {
    return folder.resolve("controller");
  }

  /** Old builds for its database; it must be stopped for those of a file. */
  OldBuilds builds() {
    return OldBuilds.in(database, home());
  }

  /** A connection with the operator's token. */
  KeptConnection connect() throws IOException {
    return KeptConnection.open(
        RawHttps.trusting(folder.resolve("ca.pem")),
        env.getOrDefault("NEWCI_URL", ""),
        env.getOrDefault("NEWCI_TOKEN", ""));
  }

  /** What GitLab proves itself by. */
  String webhookSecret() throws IOException {
    return Files.readString(home().resolve("secrets/webhook.secret")).strip();
  }

  /** MiB of memory that is its own or shared, at the most since it started (proc(5), VmHWM). */
  double mostResident() throws IOException {
    return kib("VmHWM:") / 1024;
  }

  /** The same now. */
  double resident() throws IOException {
    return kib("VmRSS:") / 1024;
  }

  /** Milliseconds of the processor that it has used since it started (proc(5), in 1/100 s). */
  double cpuMillis() throws IOException {
    String[] fields = proc("stat").replaceFirst(".*\\) ", "").split(" ", -1);
    return (Double.parseDouble(fields[11]) + Double.parseDouble(fields[12])) * 10;
  }

  private String proc(String file) throws IOException {
    Process running = process;
    if (running == null) {
      throw new IllegalStateException("it is not running");
    }
    Path path = Path.of("/proc/" + running.pid() + "/" + file);
    return new String(Files.readAllBytes(path), StandardCharsets.UTF_8);
  }

  private double kib(String field) throws IOException {
    return proc("status")
        .lines()
        .filter(line -> line.startsWith(field))
        .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }

  /** As a power cut ends it. */
  void kill() {
    Process running = process;
    if (running != null) {
      running.destroyForcibly();
      running.onExit().join();
      process = null;
    }
  }

  /** As an operator ends it. */
  void stop() {
    Process running = process;
    if (running != null) {
      running.destroy();
      running.onExit().join();
      process = null;
    }
  }

  @Override
  public void close() {
    kill();
  }
}
