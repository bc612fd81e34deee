package org.newci.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.neighbours.NativeProcess;
import org.newci.neighbours.NeedsProgram;
import org.newci.neighbours.PostgreSql;
import org.newci.neighbours.Programs;
import org.newci.shell.json.Json;

/** Two controllers behind a real haproxy, restarted one after the other while people use them. */
@NeedsProgram({"postgres", "haproxy"})
class RollingRestartTest {

  private static final int CLIENTS = 4;

  @TempDir Path dir;
  private final String database = PostgreSql.shared().freshDatabase();
  private final int[] ports = {NativeProcess.freePort(), NativeProcess.freePort()};
  private final int front = NativeProcess.freePort();
  private final int statistics = NativeProcess.freePort();
  private final ControllerProcess[] processes = new ControllerProcess[2];
  private final Rig[] homes = new Rig[2];
  private final AtomicInteger starts = new AtomicInteger();
  private NativeProcess haproxy;

  @AfterEach
  void stop() {
    if (haproxy != null) {
      haproxy.close();
    }
    for (ControllerProcess process : processes) {
      if (process != null) {
        process.close();
      }
    }
    homes[1].close();
    homes[0].close();
  }

  private void startController(int which) throws Exception {
    Map<String, String> env =
        new HashMap<>(homes[which].environment(database, Duration.ofSeconds(30)));
    env.put("NEWCI_LISTEN", "127.0.0.1:" + ports[which]);
    Path log = dir.resolve("controller-%d.log".formatted(starts.incrementAndGet()));
    processes[which] = ControllerProcess.start(env, log);
    assertThat(processes[which].url().getPort()).isEqualTo(ports[which]);
  }

  private void startHaproxy() throws Exception {
    Path config = dir.resolve("haproxy.cfg");
    Files.writeString(
        config,
        """
        defaults
            mode http
            timeout connect 2s
            timeout client 60s
            timeout server 60s
            timeout check 2s
            default-server check inter 200ms fall 2 rise 1
            option redispatch
        frontend statistics
            bind 127.0.0.1:%d
            stats enable
            stats uri /
        frontend edge
            bind 127.0.0.1:%d
            default_backend controllers
        backend controllers
            option httpchk GET /health
            server one 127.0.0.1:%d
            server two 127.0.0.1:%d
        """
            .formatted(statistics, front, ports[0], ports[1]));
    haproxy =
        NativeProcess.start(
                List.of(Programs.need("haproxy").toString(), "-db", "-f", config.toString()),
                Map.of(),
                dir.resolve("haproxy.log"))
            .awaitPort(front);
  }

  /** An operator waits for this before the next step. */
  private void awaitBothUp() {
    URI csv = URI.create("http://127.0.0.1:%d/;csv".formatted(statistics));
    await("both are up for haproxy")
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                homes[0]
                    .http
                    .send(HttpRequest.newBuilder(csv).build(), HttpResponse.BodyHandlers.ofString())
                    .body()
                    .lines()
                    .filter(line -> line.matches("controllers,(one|two),.*,UP,.*"))
                    .count(),
            up -> up == 2);
  }

  @Test
  void nobodyNoticesARestartOfOneAfterTheOther() throws Exception {
    homes[0] = new Rig(dir.resolve("one")).at(URI.create("http://127.0.0.1:" + front));
    homes[1] = homes[0].beside(dir.resolve("two"));
    startController(0);
    startController(1);
    startHaproxy();
    ConcurrentLinkedQueue<String> ids = new ConcurrentLinkedQueue<>();
    List<String> failures = new CopyOnWriteArrayList<>();
    AtomicInteger rounds = new AtomicInteger();
    try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
      for (int i = 0; i < CLIENTS; i++) {
        String repo = "https://git.example/hello" + i;
        clients.execute(
            () -> {
              while (!clients.isShutdown()) {
                round(repo, ids, failures);
                rounds.incrementAndGet();
              }
            });
      }
      for (int which = 0; which < 2; which++) {
        awaitBothUp();
        int before = rounds.get();
        await().atMost(Duration.ofSeconds(60)).until(() -> rounds.get() > before + 10);
        processes[which].signal("TERM");
        assertThat(processes[which].exitCode()).isEqualTo(143);
        int alone = rounds.get();
        await().atMost(Duration.ofSeconds(60)).until(() -> rounds.get() > alone + 10);
        startController(which);
      }
      clients.shutdown();
    }
    assertThat(failures).isEmpty();
    assertThat(ids).hasSize(rounds.get());
    JsonNode builds = homes[0].get("/status").path("builds");
    assertThat(ids).allMatch(builds::has);
    for (String id : ids) {
      homes[0].untilFinished(id);
    }
    assertThat(homes[0].vcs.mirrors.stream().map(mirror -> mirror.build()).distinct())
        .hasSize(ids.size());
  }

  /** What one person does again and again. */
  private void round(String repo, ConcurrentLinkedQueue<String> ids, List<String> failures) {
    try {
      HttpResponse<String> posted = homes[0].send("POST", "/cd", Rig.order(repo, null));
      if (posted.statusCode() != 202) {
        failures.add("POST /cd: %d %s".formatted(posted.statusCode(), posted.body()));
        return;
      }
      String id = Json.tree(posted.body()).path("id").asText();
      ids.add(id);
      for (String path : List.of("/status", "/builds/" + id)) {
        HttpResponse<String> seen = homes[0].send("GET", path, "");
        if (seen.statusCode() != 200) {
          failures.add("GET %s: %d %s".formatted(path, seen.statusCode(), seen.body()));
        }
      }
    } catch (Exception e) {
      failures.add(e.toString());
    }
  }
}
