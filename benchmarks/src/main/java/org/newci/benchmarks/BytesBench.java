package org.newci.benchmarks;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.newci.acceptance.system.RunningSystem;
import org.newci.acceptance.system.Shell;
import org.newci.acceptance.system.Web;

/**
 * Blobs beside nginx (its dav module, the same certificate, cipher and curl), and deployments
 * beside OpenSSH's sftp (the same server, AES-GCM): each in turn with the other.
 */
final class BytesBench {

  private static final int MIB = 1024 * 1024;
  private static final int ROUNDS = 5;
  private static final int SMALL = 40;

  /** A JVM compiles what it has done often: a service that runs for a while has. */
  private static final int WARM_UP = 400;

  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final RunningSystem newci;
  private final Path folder;
  private final long size;

  private BytesBench(RunningSystem newci, Path folder, long size) {
    this.newci = newci;
    this.folder = folder;
    this.size = size;
  }

  /** Blobs of that many MiB. */
  static List<Figures> big(RunningSystem newci, Path folder, int mebibytes) throws Exception {
    BytesBench bench = new BytesBench(newci, folder, (long) mebibytes * MIB);
    Path one = bench.file("one", 1);
    List<Figures> all = new ArrayList<>();
    all.add(bench.memory(one));
    all.addAll(bench.besideNginx(one));
    return all;
  }

  /** Deployments, of that many MiB and of 1 KiB. */
  static List<Figures> deployments(RunningSystem newci, Path folder, int mebibytes)
      throws Exception {
    BytesBench bench = new BytesBench(newci, folder, (long) mebibytes * MIB);
    List<Figures> all = new ArrayList<>(bench.smallDeployments());
    all.addAll(bench.besideSftp(bench.file("one", 1), bench.file("two", 2)));
    return all;
  }

  private Path file(String name, int seed) throws IOException {
    Path file = folder.resolve(name);
    byte[] piece = new byte[MIB];
    Random random = new Random(seed);
    try (OutputStream out = Files.newOutputStream(file)) {
      for (long left = size; left > 0; left -= piece.length) {
        random.nextBytes(piece);
        out.write(piece);
      }
    }
    return file;
  }

  /** How much more memory all processes have at the most while such a blob comes and goes. */
  private Figures memory(Path file) throws Exception {
    Figures more = new Figures("more memory while %d MiB come and go".formatted(size / MIB), "MiB");
    String data = newci.data().toString();
    String blob = newci.env("NEWCI_BLOBS_URL") + "/blobs/bench-memory";
    double before = ProcessMemory.pssOf(data);
    double most = before;
    try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
      Future<?> moving =
          thread.submit(
              () -> {
                curl("-T", file.toString(), blob);
                curl("-o", "/dev/null", blob);
              });
      while (!moving.isDone()) {
        most = Math.max(most, ProcessMemory.pssOf(data));
      }
      moving.get();
    }
    more.add(most - before);
    return more;
  }

  private List<Figures> besideNginx(Path file) {
    String what = "%d MiB by curl over TLS, ".formatted(size / MIB);
    Figures put = new Figures(what + "PUT", "ms");
    Figures get = new Figures(what + "GET", "ms");
    Figures otherPut = new Figures(what + "PUT to nginx (not synced to the disk)", "ms");
    Figures otherGet = new Figures(what + "GET from nginx", "ms");
    String blob = newci.env("NEWCI_BLOBS_URL") + "/blobs/bench";
    try (Nginx nginx = Nginx.start(folder, newci.data().resolve("artifact-store/secrets"))) {
      for (int i = 0; i < ROUNDS; i++) {
        otherPut.add(curl("-T", file.toString(), nginx.url() + "/bench"));
        // The same bytes are stored once: only what is gone is written again.
        newci.web().send("DELETE", blob, new byte[0]);
        forget(file);
        put.add(curl("-T", file.toString(), blob));
        otherGet.add(curl("-o", "/dev/null", nginx.url() + "/bench"));
        get.add(curl("-o", "/dev/null", blob));
      }
    }
    return List.of(put, otherPut, get, otherGet);
  }

  private void forget(Path file) {
    String digest =
        Shell.run(folder, Map.of(), PATIENCE, List.of("sha256sum", file.toString()))
            .ok()
            .substring(0, 64);
    newci
        .web()
        .send("DELETE", newci.env("NEWCI_BLOBS_URL") + "/blobs/sha256:" + digest, new byte[0]);
  }

  private double curl(String... arguments) {
    List<String> command = new ArrayList<>(List.of("curl", "-sS", "--fail"));
    command.addAll(List.of("--tlsv1.3", "--tls13-ciphers", "TLS_AES_128_GCM_SHA256"));
    command.addAll(List.of("--cacert", newci.env("NEWCI_CA")));
    command.addAll(List.of("-H", "Authorization: Bearer " + newci.env("NEWCI_TOKEN")));
    command.addAll(List.of(arguments));
    return time(command);
  }

  private double time(List<String> command) {
    long began = System.nanoTime();
    Shell.run(folder, Map.of(), PATIENCE, command).ok();
    return (System.nanoTime() - began) / 1e6;
  }

  private List<Figures> besideSftp(Path one, Path two) throws IOException {
    String what = "deploy %d MiB, ".formatted(size / MIB);
    Figures ours = new Figures(what + "POST /deploy", "ms");
    Figures theirs = new Figures(what + "sftp to the same server (aes128-gcm)", "ms");
    curl("-T", one.toString(), newci.env("NEWCI_BLOBS_URL") + "/blobs/bench-1");
    curl("-T", two.toString(), newci.env("NEWCI_BLOBS_URL") + "/blobs/bench-2");
    deploy("bench-2", "bench-big");
    for (int i = 0; i < ROUNDS; i++) {
      ours.add(deploy("bench-" + (1 + i % 2), "bench-big"));
      theirs.add(time(sftp(i % 2 == 0 ? one : two)));
    }
    return List.of(ours, theirs);
  }

  private double deploy(String blob, String name) {
    long began = System.nanoTime();
    Web.Answer answer =
        newci
            .web()
            .post(
                newci.env("NEWCI_DEPLOY_URL") + "/deploy",
                "{\"artifact_id\":\"%s\",\"published_name\":\"%s\"}".formatted(blob, name));
    if (answer.status() != 200) {
      throw new IllegalStateException("POST /deploy answered " + answer.text());
    }
    return (System.nanoTime() - began) / 1e6;
  }

  private List<String> sftp(Path file) throws IOException {
    Path secrets = newci.data().resolve("deploy-worker/secrets");
    Path batch = Files.writeString(folder.resolve("batch"), "put %s /bench-sftp\n".formatted(file));
    String host = Files.readString(secrets.resolve("known_hosts")).split(" ", 2)[0];
    String port = host.contains("]:") ? host.replaceFirst(".*]:", "") : "22";
    return List.of(
        "sftp",
        "-q",
        "-b",
        batch.toString(),
        "-P",
        port,
        "-i",
        secrets.resolve("deploy.key").toString(),
        "-c",
        "aes128-gcm@openssh.com",
        "-o",
        "UserKnownHostsFile=" + secrets.resolve("known_hosts"),
        "deploy@127.0.0.1");
  }

  private List<Figures> smallDeployments() {
    Figures cold = new Figures("deploy 1 KiB, the first %d".formatted(SMALL), "ms");
    Figures warm =
        new Figures("deploy 1 KiB over a kept connection, after %d".formatted(WARM_UP), "ms");
    for (int i = 0; i < WARM_UP + SMALL; i++) {
      byte[] body = new byte[1024];
      new Random(i).nextBytes(body);
      newci.web().put(newci.env("NEWCI_BLOBS_URL") + "/blobs/bench-small", body);
      double took = deploy("bench-small", "bench-small");
      if (i < SMALL) {
        cold.add(took);
      } else if (i >= WARM_UP) {
        warm.add(took);
      }
    }
    return List.of(cold, warm);
  }
}
