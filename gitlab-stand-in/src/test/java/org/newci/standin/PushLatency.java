package org.newci.standin;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.UsernamePasswordCredentialsProvider;

/**
 * Prints how long it takes from the start of a push to the job in the hands of a runner that waits,
 * and what the process then holds in memory. Takes the number of pushes, 100 when there is none;
 * the first fifty only warm up. Client, runner and stand-in are one process; the push is JGit's, so
 * that no start of a program is measured, but all three requests of a push are.
 */
final class PushLatency {

  private static final int WARM_UP = 50;

  private PushLatency() {}

  public static void main(String[] arguments) throws Exception {
    int pushes = arguments.length == 0 ? 100 : Integer.parseInt(arguments[0]);
    Path folder = Files.createTempDirectory("push-latency-");
    try (StandIn standIn = new StandIn(folder.resolve("home"));
        Git git =
            Git.init()
                .setDirectory(folder.resolve("copy").toFile())
                .setInitialBranch("master")
                .call()) {
      standIn.project("hello");
      String url = standIn.url() + "/root/hello.git";
      RunnerClient runner = new RunnerClient(standIn, StandIn.RUNNER, "s_1");
      List<Double> whole = new ArrayList<>();
      for (int i = 0; i < WARM_UP + pushes; i++) {
        CompletableFuture<Long> taken = waiting(runner);
        commit(git, folder.resolve("copy"), i);
        // The runner has long been waiting in real life; here its question needs a moment.
        while (standIn.get("/user").status() != 200) {
          Thread.onSpinWait();
        }
        long began = System.nanoTime();
        push(git, url);
        if (i >= WARM_UP) {
          whole.add((taken.join() - began) / 1e6);
        } else {
          taken.join();
        }
      }
      print("start of a push -> job in the runner's hands", whole);
    }
  }

  private static CompletableFuture<Long> waiting(RunnerClient runner) {
    CompletableFuture<Long> taken = new CompletableFuture<>();
    Thread.ofPlatform()
        .start(
            () -> {
              JsonNode job = runner.next().orElseThrow();
              taken.complete(System.nanoTime());
              runner.succeed(job, "");
            });
    return taken;
  }

  private static void commit(Git git, Path copy, int number) throws Exception {
    try {
      Files.writeString(copy.resolve(".gitlab-ci.yml"), "build:\n  script: make\n# " + number);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    git.add().addFilepattern(".").call();
    PersonIdent ann = new PersonIdent("Ann", "ann@example.com");
    git.commit()
        .setMessage("number " + number)
        .setAuthor(ann)
        .setCommitter(ann)
        .setSign(false)
        .call();
  }

  private static void push(Git git, String url) throws Exception {
    var results =
        git.push()
            .setRemote(url)
            .setRefSpecs(new RefSpec("HEAD:refs/heads/master"))
            .setCredentialsProvider(new UsernamePasswordCredentialsProvider("x", StandIn.ROOT))
            .call();
    if (!results.iterator().hasNext()) {
      throw new IllegalStateException("nothing was pushed");
    }
  }

  private static void print(String what, List<Double> all) {
    double[] sorted = all.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    System.out.printf(
        Locale.ROOT,
        "%s, %d pushes: min %.1f, p50 %.1f, p90 %.1f, p99 %.1f, max %.1f ms%n",
        what,
        sorted.length,
        sorted[0],
        sorted[sorted.length / 2],
        sorted[sorted.length * 9 / 10],
        sorted[sorted.length * 99 / 100],
        Arrays.stream(sorted).max().orElse(0));
  }
}
