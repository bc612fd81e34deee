package org.newci.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.newci.acceptance.system.RunningSystem;
import org.newci.acceptance.system.Shell;
import org.newci.acceptance.system.Sources;
import org.newci.acceptance.system.Web;
import org.newci.neighbours.PostgreSql;
import org.newci.neighbours.Programs;

/** What {@code ./newci bench} prints: start, memory, and the way from a post to a served file. */
public final class Bench {

  private static final int STARTS = 5;
  private static final int WARM_UP = 10;
  private static final int BUILDS = 30;
  private static final String CI =
      "build:\n  script: [cp seed out]\n  artifacts:\n    paths: [out]\n";

  private Bench() {}

  /**
   * {@code builds}, {@code bytes}, {@code controller}, or all; the root folder is the property
   * {@code newci.root}. {@code bytes} needs nginx, curl and sftp, {@code controller} PostgreSQL.
   */
  public static void main(String[] arguments) throws Exception {
    List<String> wanted = List.of(arguments);
    if (wanted.isEmpty() || wanted.contains("builds")) {
      builds();
    }
    if (wanted.isEmpty() || wanted.contains("bytes")) {
      bytes(wanted);
    }
    if (wanted.isEmpty() || wanted.contains("controller")) {
      controller(wanted);
    }
  }

  private static void bytes(List<String> wanted) throws Exception {
    boolean all = Stream.of("big", "deploy", "small", "many").noneMatch(wanted::contains);
    // Not after minutes of measuring.
    if (all || wanted.contains("big")) {
      need("nginx", "curl");
    }
    if (all || wanted.contains("deploy")) {
      need("curl", "sftp");
    }
    int mebibytes = Integer.getInteger("newci.bench.mib", 1024);
    Path folder = folder();
    List<Figures> figures = new ArrayList<>();
    try {
      if (all || wanted.contains("big")) {
        try (RunningSystem newci = RunningSystem.start()) {
          figures.addAll(BytesBench.big(newci, folder, mebibytes));
        }
      }
      if (all || wanted.contains("deploy")) {
        try (RunningSystem newci = RunningSystem.start()) {
          figures.addAll(BytesBench.deployments(newci, folder, mebibytes));
        }
      }
      if (all || wanted.contains("small")) {
        try (RunningSystem newci = RunningSystem.start()) {
          figures.addAll(SmallWrites.run(newci));
        }
      }
      if (all || wanted.contains("many")) {
        figures.addAll(ManyBlobs.run(Files.createDirectory(folder.resolve("many"))));
      }
    } finally {
      remove(folder);
    }
    print(figures);
  }

  private static void need(String... programs) {
    for (String program : programs) {
      if (Programs.find(program).isEmpty()) {
        System.err.println("newci bench " + Programs.missing(program));
        System.exit(2);
      }
    }
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }

  private static void controller(List<String> wanted) throws Exception {
    List<Target> all = new ArrayList<>();
    if (!wanted.contains("postgresql")) {
      all.addAll(ControllerBench.run(folder(), null));
    }
    if (!wanted.contains("sqlite")) {
      try (PostgreSql server = PostgreSql.start(true)) {
        all.addAll(ControllerBench.run(folder(), server.freshDatabase()));
      }
    }
    System.out.println(Target.head());
    all.forEach(target -> System.out.println(target.row()));
  }

  private static Path folder() throws IOException {
    return Files.createTempDirectory(Path.of("/var/tmp"), "newci-bench-");
  }

  private static void builds() throws IOException {
    Path folder = Files.createTempDirectory("newci-bench-");
    Figures start = new Figures("`up --detach` on an existing folder, to all answering", "ms");
    Figures memory = new Figures("memory of all processes after a start (PSS)", "MiB");
    Figures build = new Figures("`POST /cd` to the file served", "ms");
    Figures byHand = new Figures("the floor: git clone and cp in a shell", "ms");
    Figures loaded = new Figures("memory of all processes after the builds (PSS)", "MiB");
    try (RunningSystem newci = RunningSystem.start();
        Sources sources = Sources.serve(folder)) {
      for (int i = 0; i < STARTS; i++) {
        newci.down();
        long began = System.nanoTime();
        newci.newci("up", "--data", newci.data().toString(), "--detach").ok();
        start.add(millisSince(began));
        memory.add(ProcessMemory.pssOf(newci.data().toString()));
      }
      Sources.Repository repository =
          sources.repository("bench", Map.of(".gitlab-ci.yml", CI, "seed", "x"));
      for (int i = 0; i < WARM_UP + BUILDS; i++) {
        repository.commit(Map.of("seed", "number " + i + "\n"));
        double took = postToServed(newci, repository, "number " + i + "\n");
        double hand = byHand(folder, repository, i);
        if (i >= WARM_UP) {
          build.add(took);
          byHand.add(hand);
        }
      }
      loaded.add(ProcessMemory.pssOf(newci.data().toString()));
    }
    print(List.of(start, memory, build, byHand, loaded));
  }

  private static double postToServed(
      RunningSystem newci, Sources.Repository repository, String expected) {
    Web web = newci.web();
    Web reader = web.as("");
    String site = newci.env("NEWCI_SITE_URL") + "/bench-out";
    String body =
        "{\"repo\":\"%s\",\"ref\":\"master\",\"artifact\":\"out\",\"published_name\":\"bench-out\"}"
            .formatted(repository.url());
    long began = System.nanoTime();
    Web.Answer accepted = web.post(newci.env("NEWCI_URL") + "/cd", body);
    if (accepted.status() != 202) {
      throw new IllegalStateException("POST /cd answered " + accepted.text());
    }
    while (millisSince(began) < RunningSystem.BUILD_LIMIT.toMillis()) {
      Web.Answer served = reader.get(site);
      if (served.status() == 200 && served.text().equals(expected)) {
        return millisSince(began);
      }
    }
    throw new IllegalStateException(
        "not served: " + newci.build(accepted.json().path("id").asText()).toPrettyString());
  }

  /** What nobody could beat: git and a shell, with neither GitLab, sandbox, TLS nor SSH. */
  private static double byHand(Path folder, Sources.Repository repository, int number) {
    String script =
        "git clone --quiet --depth 1 '%s' 'clone-%d' && cd 'clone-%d' && cp seed ../served"
            .formatted(repository.url(), number, number);
    long began = System.nanoTime();
    Shell.run(folder, Map.of(), Duration.ofMinutes(1), List.of("sh", "-c", script)).ok();
    return millisSince(began);
  }

  private static double millisSince(long began) {
    return (System.nanoTime() - began) / 1e6;
  }

  private static void print(List<Figures> all) {
    System.out.println("| what | readings | minimum | median | maximum | unit |");
    System.out.println("|---|---|---|---|---|---|");
    all.forEach(figures -> System.out.println(figures.row()));
  }
}
