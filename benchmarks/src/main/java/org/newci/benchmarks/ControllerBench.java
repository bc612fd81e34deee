package org.newci.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A controller under load: submissions, long queues and many old builds. Its workers are stand-ins
 * that do nothing, so that what is measured is the controller and its database.
 */
final class ControllerBench implements AutoCloseable {

  private static final int CLIENTS = 8;
  private static final int QUEUED = 25_000;
  private static final int FINISHED = 100_000;

  /** Of these the newest, with all that happened to them; of older ones there is what is listed. */
  private static final int WHOLE = 20_000;

  private static final int MANY_FINISHED = 1_000_000;
  private static final int STEPS = 300;
  private static final double LOAD_S = 8;
  private static final Pattern ID = Pattern.compile("\"id\":\"([^\"]+)\"");

  private final String on;
  private final StandInWorkers workers;
  private final BenchedController controller;
  private final AtomicInteger numbers = new AtomicInteger();
  private final List<Target> targets = new ArrayList<>();

  private ControllerBench(Path folder, @Nullable String database) throws IOException {
    this.on = database == null ? "SQLite" : "PostgreSQL";
    this.workers = new StandInWorkers();
    this.controller = new BenchedController(folder, database, workers);
  }

  /** Measures all; keeps builds in that PostgreSQL, or in a file. */
  static List<Target> run(Path folder, @Nullable String database) throws Exception {
    try (ControllerBench bench = new ControllerBench(folder, database)) {
      bench.controller.start();
      bench.steps("an empty database");
      bench.submissions();
      bench.longQueue();
      bench.oldBuilds();
      return bench.targets;
    }
  }

  private void say(Target target) {
    Target named =
        new Target(
            on + ": " + target.what(),
            target.median(),
            target.p99(),
            target.target(),
            target.met());
    targets.add(named);
    System.err.println(named.row());
  }

  private void post(KeptConnection connection, int expected) throws IOException {
    int number = numbers.incrementAndGet();
    String body =
        "{\"repo\":\"https://git.example/held/%d\",\"ref\":\"main\",\"artifact\":\"out\"}"
            .formatted(number);
    KeptConnection.Answer answer = connection.send("POST", "/cd", body, "");
    if (answer.status() != expected) {
      throw new IOException("POST /cd answered " + answer.status() + " " + answer.body());
    }
  }

  private Load posts(double seconds, int atLeast) throws Exception {
    return Load.run(controller::connect, CLIENTS, seconds, atLeast, c -> post(c, 202));
  }

  private void submissions() throws Exception {
    Load cold = posts(LOAD_S / 2, 0);
    say(Target.told("POST /cd a second, right after the start", rate(cold)));
    double before = controller.cpuMillis();
    Load load = posts(LOAD_S, 0);
    say(Target.reaches("POST /cd, durable, 8 clients", load.rate(), 500, "/s"));
    say(Target.told("POST /cd, each", load.millis()));
    cpu("each of these POST /cd", before, load);
  }

  /** What is left of a busy machine does not change that. */
  private void cpu(String what, double before, Load load) throws IOException {
    double each = (controller.cpuMillis() - before) / load.millis().size();
    String reading = String.format(Locale.ROOT, "%.2f ms", each);
    say(Target.told("processor time of the controller for " + what, reading));
  }

  private static String mib(double mib) {
    return String.format(Locale.ROOT, "%.1f MiB", mib);
  }

  private static String rate(Load load) {
    return String.format(Locale.ROOT, "%.0f /s", load.rate());
  }

  /** Webhook to the next step asked for, and one step's answer to the next. */
  private void steps(String among) throws Exception {
    Readings submitted = new Readings();
    Readings hinted = new Readings();
    Readings stepped = new Readings();
    String secret = controller.webhookSecret();
    AtomicInteger left = new AtomicInteger(STEPS);
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        all.add(
            threads.submit(
                () -> {
                  try (KeptConnection connection = controller.connect()) {
                    while (left.decrementAndGet() >= 0) {
                      walk(connection, secret, submitted, hinted, stepped);
                    }
                  }
                  return null;
                }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
    say(Target.below("webhook to the next step asked for, " + among, hinted, 100));
    say(Target.below("a step's answer to the next step asked for, " + among, stepped, 100));
    say(Target.told("POST /cd answered to its first step asked for, " + among, submitted));
  }

  private void walk(
      KeptConnection connection,
      String secret,
      Readings submitted,
      Readings hinted,
      Readings stepped)
      throws Exception {
    String body =
        "{\"repo\":\"https://git.example/walk/%d\",\"ref\":\"main\",\"artifact\":\"out\"}"
            .formatted(numbers.incrementAndGet());
    KeptConnection.Answer accepted = connection.send("POST", "/cd", body, "");
    long posted = System.nanoTime();
    Matcher id = ID.matcher(accepted.body());
    if (accepted.status() != 202 || !id.find()) {
      throw new IOException("POST /cd answered " + accepted.status() + " " + accepted.body());
    }
    StandInWorkers.Seen seen = workers.of(id.group(1));
    if (!seen.looked.await(60, TimeUnit.SECONDS)) {
      throw new IOException("the pipeline was never looked at");
    }
    submitted.add(Math.max(0, seen.mirrorAsked - posted) / 1e6);
    TimeUnit.MILLISECONDS.sleep(20);
    seen.green = true;
    String hint = "{\"project\":{\"id\":%d}}".formatted(seen.pipeline - 1);
    long told = System.nanoTime();
    connection.send("POST", "/webhooks/gitlab", hint, "X-Gitlab-Token: " + secret + "\r\n");
    if (!seen.deployed.await(60, TimeUnit.SECONDS)) {
      throw new IOException("the build was never deployed");
    }
    hinted.add((seen.collectAsked - told) / 1e6);
    stepped.add((seen.deployAsked - seen.collectAnswered) / 1e6);
  }

  private void longQueue() throws Exception {
    controller.stop();
    controller.builds().addQueued(QUEUED - numbers.get(), QUEUED);
    controller.start();
    Load status =
        Load.run(controller::connect, 1, 0, 30, connection -> ok(connection, "/status", ""));
    say(Target.told("GET /status with 25,000 queued", status.millis()));
    try (KeptConnection connection = controller.connect()) {
      double mib = connection.send("GET", "/status", "", "").body().length() / 1048576.0;
      say(Target.told("its answer with 25,000 queued", mib(mib)));
    }
    Load load = posts(LOAD_S, 0);
    say(Target.reaches("POST /cd with 25,000 queued, 8 clients", load.rate(), 500, "/s"));
    say(Target.told("POST /cd with 25,000 queued, each", load.millis()));
    long before = workers.mirrored();
    controller.kill();
    double first = controller.start(QUEUED / 2, "/status?finished=0&queued=100");
    say(
        Target.below(
            "kill -9 with 25,000 queued, start to the first answer of /status?queued=100",
            first / 1000,
            2,
            "s"));
    say(
        Target.told(
            "builds whose mirror was asked for twice: those that were in it at kill -9",
            "%d of %d".formatted(workers.mirroredTwice(), before)));
    try (KeptConnection connection = controller.connect()) {
      long asked = System.nanoTime();
      connection.send("GET", "/status?finished=0", "", "");
      double all = (System.nanoTime() - asked) / 1e6;
      say(Target.told("the whole queue by /status after that", "%.0f ms".formatted(all)));
    }
    Load full = Load.run(controller::connect, CLIENTS, LOAD_S / 2, 0, c -> post(c, 429));
    say(Target.told("POST /cd at the queue's limit: 429", full.millis()));
    say(Target.told("most resident memory", mib(controller.mostResident())));
  }

  private static void ok(KeptConnection connection, String path, String headers)
      throws IOException {
    KeptConnection.Answer answer = connection.send("GET", path, "", headers);
    if (answer.status() != (headers.isEmpty() ? 200 : 304)) {
      throw new IOException("GET " + path + " answered " + answer.status());
    }
  }

  private void oldBuilds() throws Exception {
    controller.stop();
    controller.builds().dropQueue();
    controller.builds().add(1, WHOLE + 1, true);
    controller.builds().add(WHOLE + 1, FINISHED + 1, false);
    controller.start();
    status("100,000 finished");
    steps("100,000 finished");
    controller.stop();
    controller.builds().add(FINISHED + 1, MANY_FINISHED + 1, false);
    controller.start();
    status("1,000,000 finished");
    posts(LOAD_S, 0);
    say(
        Target.below(
            "most resident memory with 1,000,000 finished, after /status and POST /cd by 8 clients",
            controller.mostResident(),
            256,
            "MiB"));
    say(Target.told("resident memory then", mib(controller.resident())));
  }

  private void status(String among) throws Exception {
    Load.run(controller::connect, CLIENTS, 1, 100, c -> ok(c, "/status", ""));
    Load one = Load.run(controller::connect, 1, 2, 300, c -> ok(c, "/status", ""));
    say(Target.below("GET /status with " + among + ", one client", one.millis(), 50));
    double before = controller.cpuMillis();
    Load eight = Load.run(controller::connect, CLIENTS, 3, 500, c -> ok(c, "/status", ""));
    say(Target.below("GET /status with " + among + ", 8 clients", eight.millis(), 50));
    cpu("each of these GET /status", before, eight);
    String tag;
    try (KeptConnection connection = controller.connect()) {
      tag = connection.send("GET", "/status", "", "").headers().getOrDefault("etag", "");
    }
    Load same =
        Load.run(
            controller::connect,
            CLIENTS,
            2,
            300,
            c -> ok(c, "/status", "If-None-Match: " + tag + "\r\n"));
    say(Target.told("GET /status with " + among + ", 8 clients, 304", same.millis()));
  }

  @Override
  public void close() {
    controller.close();
    workers.close();
  }
}
