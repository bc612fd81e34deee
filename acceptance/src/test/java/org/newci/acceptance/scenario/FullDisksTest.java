package org.newci.acceptance.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.newci.acceptance.system.Product;
import org.newci.acceptance.system.Promises;
import org.newci.acceptance.system.RunningSystem;
import org.newci.acceptance.system.Shell;
import org.newci.acceptance.system.Web;

/**
 * Each component's folder is a small file system that is filled in the middle of builds, and
 * emptied again. Only root can make one.
 */
class FullDisksTest extends SeparateFixture {

  private static final Map<String, String> FOLDERS =
      Map.of(
          "controller", "data",
          "vcs-worker", "data",
          "artifact-store", "data",
          "test-env", "data",
          "deploy-worker", "data",
          "gitlab-stand-in", "data",
          "runner", "builds");

  private static final Duration SOON = Duration.ofSeconds(20);

  /** A journal that is never made shorter has room for less than that. */
  private static final int MOST_FITTING = 3_000;

  private static final String SIZE = "size=32m,mode=711";

  private boolean mounted;

  @Override
  void prepare() {
    Path probe = folder("controller");
    mounted = mount(probe);
    Assumptions.assumeTrue(mounted, "skipped: no tmpfs can be mounted here (it needs root)");
    FOLDERS.keySet().stream()
        .filter(part -> !part.equals("controller"))
        .forEach(part -> assertThat(mount(folder(part))).as(part).isTrue());
  }

  private boolean mount(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return shell("mount", "-t", "tmpfs", "-o", SIZE, "tmpfs", folder.toString()).exit() == 0;
  }

  @Override
  void cleanUp() {
    if (mounted) {
      FOLDERS.keySet().forEach(part -> shell("umount", "-l", folder(part).toString()).ok());
    }
  }

  private static Shell.Result shell(String... command) {
    return Shell.run(Path.of("/"), Map.of(), SOON, List.of(command));
  }

  private Path folder(String part) {
    return newci.data().resolve(part).resolve(FOLDERS.get(part));
  }

  /** Takes all that is left there. */
  private void fill(String part) {
    for (int piece : List.of(1 << 20, 1 << 12)) {
      try (OutputStream out = Files.newOutputStream(folder(part).resolve("ballast-" + piece))) {
        byte[] bytes = new byte[piece];
        for (int i = 0; i < 1 << 15; i++) {
          out.write(bytes);
        }
      } catch (IOException full) {
        assertThat(full).hasMessageContaining("space");
      }
    }
  }

  private void free(String part) {
    for (int piece : List.of(1 << 20, 1 << 12)) {
      try {
        Files.delete(folder(part).resolve("ballast-" + piece));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** They wait, and go on when there is room. */
  @ParameterizedTest
  @ValueSource(strings = {"vcs-worker", "artifact-store", "test-env"})
  void whatNeedsRoomWaitsForIt(String part) {
    buildWhileFull(part);
    assertThatAllSucceed();
  }

  /** It keeps nothing there but who it is: what it copies goes straight on. */
  @Test
  void aDeployWorkerNeedsNoRoom() {
    Product product = product("deployed", "0");
    submit(product);
    assertThatAllSucceed();
    parts.freeze("test-env");
    Promises.Accepted running = submit(product);
    awaitState(running, "deploying");
    fill("deploy-worker");
    parts.thaw("test-env");
    submit(product);
    assertThatAllSucceed();
    parts.freeze("test-env");
    Promises.Accepted interrupted = submit(product);
    awaitState(interrupted, "deploying");
    parts.kill("deploy-worker");
    parts.thaw("test-env");
    parts.start("deploy-worker");
    assertThatAllSucceed();
    free("deploy-worker");
    submit(product);
    assertThatAllSucceed();
  }

  /** A job, or a push, that met a full disk has failed, and says so; the next one does not. */
  @ParameterizedTest
  @ValueSource(strings = {"gitlab-stand-in", "runner"})
  void whatFailsForWantOfRoomSaysSo(String part) {
    buildWhileFull(part);
    assertSucceeded(allEnd().getLast());
  }

  /**
   * A build that runs when the disk becomes full, one that comes then, and one that comes after.
   */
  private void buildWhileFull(String part) {
    Promises.Accepted running = submit(product("running-" + part, "1"));
    awaitLog(running, "started");
    long before = notices();
    fill(part);
    Promises.Accepted next = submit(product("next-" + part, "0"));
    awaitNoticed(before, List.of(running, next));
    free(part);
    submit(product("after-" + part, "0"));
  }

  /** No build is accepted that cannot be written down; those that were go on. */
  @Test
  void aControllerWithoutRoomAcceptsNothingAndLosesNothing() {
    submit(product("running-controller", "1"));
    Product source = product("refused", "0");
    String order = "{\"repo\":\"%s\",\"ref\":\"v%d\"}".formatted(source.url(), source.next());
    fill("controller");
    // The database's journal has room of its own at first, which it uses again.
    List<String> fitted = new ArrayList<>();
    Web.Answer answer = post("/cd", order);
    while (answer.status() == 202 && fitted.size() < MOST_FITTING) {
      fitted.add(answer.json().path("id").asText());
      answer = post("/cd", order);
    }
    assertThat(answer.status()).as(answer.text()).isEqualTo(507);
    assertThat(answer.json().path("detail").asText()).contains("no space left").endsWith(".");
    assertThat(newci.web().get(newci.env("NEWCI_URL") + "/status").status()).isEqualTo(200);
    free("controller");
    fitted.forEach(id -> post("/builds/" + id + "/cancel", ""));
    submit(product("after-controller", "0"));
    assertThatAllSucceed();
    assertThat(fitted)
        .allSatisfy(
            id ->
                assertThat(newci.finished(id).path("outcome").asText())
                    .isIn("cancelled", "succeeded"));
  }

  private Web.Answer post(String path, String body) {
    return newci.web().post(newci.env("NEWCI_URL") + path, body);
  }

  /** Until somebody has said that there is no room, or all are over in spite of it. */
  private void awaitNoticed(long before, List<Promises.Accepted> builds) {
    Awaitility.await("a full disk to be noticed")
        .atMost(RunningSystem.BUILD_LIMIT)
        .until(
            () ->
                notices() > before
                    || builds.stream().allMatch(one -> state(one).equals("finished")));
  }

  /** How often components have said so. */
  private long notices() {
    long all = 0;
    try (Stream<Path> files = Files.list(newci.data().resolve("logs"))) {
      for (Path file : files.toList()) {
        try (Stream<String> lines = Files.lines(file)) {
          all += lines.filter(line -> line.toLowerCase(Locale.ROOT).contains("space left")).count();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all;
  }
}
