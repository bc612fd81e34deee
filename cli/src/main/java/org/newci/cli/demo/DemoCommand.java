package org.newci.cli.demo;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.newci.cli.CommandFailed;
import org.newci.cli.Exit;
import org.newci.cli.Invocation;
import org.newci.cli.machine.Background;
import org.newci.cli.machine.Down;
import org.newci.cli.machine.LogTail;
import org.newci.cli.machine.Prerequisites;
import org.newci.cli.remote.Access;
import org.newci.cli.setup.DataFolder;
import picocli.CommandLine.Command;

/** {@code newci demo}. */
@Command(
    name = "demo",
    description = {
      "Shows the whole way once: starts everything in a temporary folder, submits the commit of a",
      "small sample repository, follows its build, fetches the published file, compares its",
      "SHA-256 with the blob's, and stops everything. Nothing is left behind."
    })
public final class DemoCommand implements Callable<Integer> {

  private final Invocation invocation;
  private final AtomicBoolean cleaned = new AtomicBoolean();

  public DemoCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    Prerequisites.ensure(invocation.env(), invocation.isRoot());
    DataFolder folder = ScratchFolder.make("demo");
    Thread atInterrupt = new Thread(() -> clean(folder), "demo-cleaning");
    Runtime.getRuntime().addShutdownHook(atInterrupt);
    Walk.Published published;
    try {
      published = show(folder);
    } catch (CommandFailed e) {
      LogTail.last(folder.logs().resolve("up.log"), 30).forEach(invocation.err()::println);
      throw e;
    } finally {
      clean(folder);
    }
    invocation.out().println("published " + published.url() + " " + published.digest());
    return Exit.OK;
  }

  private Walk.Published show(DataFolder folder) {
    tell("starting every component, with its data in " + folder);
    long start = System.nanoTime();
    Map<String, String> settings = Prerequisites.forSample(invocation.env(), invocation.isRoot());
    if (!settings.isEmpty()) {
      tell("jobs have no network: only root may open /dev/net/tun here; the sample needs none");
    }
    Background.up(folder, List.of(), settings);
    tell("everything answers after %d ms".formatted((System.nanoTime() - start) / 1_000_000));
    try (SampleRepository sample = SampleRepository.serve(invocation.clock().instant())) {
      Access access = Access.of(folder, invocation.clock());
      Walk.Published published = new Walk(folder, access, this::tell).take(sample);
      tell("fetched, and its SHA-256 is the blob's");
      tell("from POST /cd to served: %d ms".formatted(published.took().toMillis()));
      return published;
    }
  }

  private void tell(String line) {
    invocation.out().println(line);
    invocation.out().flush();
  }

  private void clean(DataFolder folder) {
    if (cleaned.compareAndSet(false, true)) {
      Down.stop(folder);
      ScratchFolder.remove(folder, invocation.isRoot());
    }
  }
}
