package org.newci.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.neighbours.NeedsProgram;

/** An OpenSSH server whose folder is a file system of 8 MiB. Only root can make one. */
@NeedsProgram({"sshd", "ssh-keygen"})
class FullTargetTest {

  private static final int MIB = 1024 * 1024;

  @TempDir Path dir;
  private Path site;
  private OpenSshEnvironment sshd;
  private RunningWorker worker;

  @BeforeEach
  void mount() throws Exception {
    site = Files.createDirectories(dir.resolve("environment/site"));
    Assumptions.assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", site.toString()) == 0,
        "skipped: no tmpfs can be mounted here (it needs root)");
    sshd = new OpenSshEnvironment(dir.resolve("environment"));
    worker = new RunningWorker(dir, sshd);
  }

  @AfterEach
  void unmount() throws Exception {
    if (worker != null) {
      worker.close();
      sshd.close();
      assertThat(run("umount", "-l", site.toString())).isZero();
    }
  }

  @Test
  void whatWasServedStaysAndRoomThatIsMadeIsUsed() throws Exception {
    byte[] old = Pair.body("old", 1, 3 * MIB);
    worker.blob("old", old);
    assertThat(worker.deploy("old", "app").status()).isEqualTo(200);

    worker.blob("large", new byte[7 * MIB]);
    var full = worker.deploy("large", "app");
    assertThat(full.status()).as(full.toString()).isEqualTo(507);
    assertThat(full.kind()).isEqualTo("disk-full");
    assertThat(site.resolve("app")).hasBinaryContent(old);
    assertThatNothingLiesAround();

    // Not even a record has room.
    Path ballast = site.resolve("ballast");
    assertThat(run("dd", "if=/dev/zero", "of=" + ballast, "bs=4096")).isNotZero();
    worker.blob("small", "small");
    var fuller = worker.deploy("small", "app");
    assertThat(fuller.status()).as(fuller.toString()).isEqualTo(507);
    assertThat(site.resolve("app")).hasBinaryContent(old);

    Files.delete(ballast);
    assertThat(worker.deploy("small", "app").status()).isEqualTo(200);
    assertThat(site.resolve("app")).hasContent("small");
    assertThatNothingLiesAround();
  }

  private void assertThatNothingLiesAround() {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(Leftovers.of(site)).isEmpty());
  }

  private static int run(String... command) throws Exception {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }
}
