package org.newci.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.newci.neighbours.NativeProcess;
import org.newci.neighbours.NeedsProgram;

/** Also: both ends killed (SIGKILL) at random moments; what is killed is a process of its own. */
@NeedsProgram({"sshd", "ssh-keygen"})
class InterruptedAtOpenSshTest extends InterruptedContract {

  private static final int TARGET_KILLS = 82;
  private static final int WORKER_KILLS = 6;

  private OpenSshEnvironment sshd;

  @Override
  Environment environment(Path dir) throws Exception {
    sshd = new OpenSshEnvironment(dir);
    return sshd;
  }

  @Test
  void aTargetThatIsKilledAtAnyMomentLeavesNothingHalf() throws Exception {
    Random random = new Random(5);
    Pair.deploy(worker, 1, SIZE);
    long began = System.nanoTime();
    Pair.deploy(worker, 2, SIZE);
    long usual = System.nanoTime() - began;
    int version = 2;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int kill = 0; kill < TARGET_KILLS; kill++) {
        var request = Pair.request(worker, version + 1, SIZE);
        Future<RunningWorker.Answer> answer = threads.submit(() -> worker.deploy(request));
        LockSupport.parkNanos(random.nextLong(usual));
        killSessions();
        if (kill % 2 == 0) {
          // The second try of the same deployment, over a fresh connection.
          LockSupport.parkNanos(random.nextLong(usual));
          killSessions();
        }
        assertThat(answer.get().status()).as(answer.get().toString()).isIn(200, 502, 503);
        assertThatEachIsWhole(version, version + 1);
        var again = worker.deploy(request);
        if (again.status() != 200) {
          again = worker.deploy(request);
        }
        assertThat(again.status()).as(again.toString()).isEqualTo(200);
        version++;
        assertThatEachIsWhole(version, version);
      }
    }
    // What a dying session still made out of what it had read goes with the next connection.
    killSessions();
    assertThat(Pair.deploy(worker, version + 1, SIZE).status()).isEqualTo(200);
    assertThatNothingLiesAround();
  }

  private void killSessions() throws Exception {
    List<ProcessHandle> sessions = sshd.process().descendants().toList();
    sessions.forEach(ProcessHandle::destroyForcibly);
  }

  @Test
  void aWorkerThatIsKilledAtAnyMomentLeavesNothingHalf() throws Exception {
    Random random = new Random(6);
    int port = NativeProcess.freePort();
    URI killed = URI.create("http://127.0.0.1:" + port);
    NativeProcess process = start(port);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      assertThat(worker.deployBy(killed, Pair.request(worker, 1, SIZE)).status()).isEqualTo(200);
      for (int version = 2; version < WORKER_KILLS + 2; version++) {
        var request = Pair.request(worker, version, SIZE);
        Future<RunningWorker.Answer> answer =
            threads.submit(() -> worker.deployBy(killed, request));
        LockSupport.parkNanos(Duration.ofMillis(random.nextInt(120)).toNanos());
        kill(process);
        assertThatItDied(answer);
        assertThatEachIsWhole(version - 1, version);
        process = start(port);
        var again = worker.deployBy(killed, request);
        assertThat(again.status()).as(again.toString()).isEqualTo(200);
        assertThatEachIsWhole(version, version);
        assertThatNothingLiesAround();
      }
    } finally {
      kill(process);
    }
  }

  private static void assertThatItDied(Future<RunningWorker.Answer> answer) throws Exception {
    try {
      assertThat(answer.get().status()).isEqualTo(200);
    } catch (java.util.concurrent.ExecutionException e) {
      assertThat(e).hasCauseInstanceOf(IOException.class);
    }
  }

  private NativeProcess start(int port) throws IOException {
    Path home = dir.resolve("killed");
    if (!Files.exists(home)) {
      Files.createDirectories(home.resolve("secrets"));
      try (Stream<Path> secrets = Files.list(worker.home.resolve("secrets"))) {
        for (Path secret : secrets.toList()) {
          Files.copy(secret, home.resolve("secrets").resolve(secret.getFileName()));
        }
      }
    }
    Map<String, String> env = new HashMap<>(worker.env);
    env.put("NEWCI_HOME", home.toString());
    env.put("NEWCI_LISTEN", "127.0.0.1:" + port);
    return NativeProcess.start(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                DeployWorkerMain.class.getName()),
            env,
            dir.resolve("killed.log"))
        .awaitPort(port);
  }

  private static void kill(NativeProcess process) {
    process.handle().destroyForcibly();
    process.handle().onExit().join();
  }
}
