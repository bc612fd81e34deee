package org.newci.runner.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.newci.neighbours.NeedsProgram;

/** What a job sees of the machine that it runs on: as little as possible. */
@NeedsProgram({"bwrap", "slirp4netns", "ip", "git"})
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SandboxedJobTest {

  @TempDir static Path dir;
  private static JobRig rig;
  private static FakeGitLab.Job longJob;

  @BeforeAll
  static void start() throws IOException {
    rig = new JobRig(dir, Map.of());
    longJob = rig.offer(rig.payload("sleep 40", "echo still alive"));
  }

  @AfterAll
  static void stop() {
    rig.close();
  }

  @Test
  void isNobodyInParticular() {
    String log =
        rig.log(
            "id",
            "grep -E 'Cap(Prm|Eff|Amb)|NoNewPrivs' /proc/self/status",
            "hostname",
            "cat /proc/1/comm; echo procs $(ls -d /proc/[0-9]* | wc -l)");
    assertThat(log)
        .contains("uid=1000(ci) gid=1000(ci) groups=1000(ci)")
        .contains("CapPrm:\t0000000000000000")
        .contains("CapEff:\t0000000000000000")
        .contains("NoNewPrivs:\t1")
        .containsPattern("procs [1-9]\n");
  }

  @Test
  void seesNoFilesOfTheMachine() throws IOException {
    Path secret = Files.writeString(dir.resolve("runner/secrets/other.key"), "the host's key");
    String log =
        rig.log(
            "ls -A /",
            "ls -A /root /var/lib /srv /opt 2>&1 || true",
            "cat " + secret + " 2>&1 || true",
            "cat /etc/shadow 2>&1 || true",
            "touch /usr/x 2>&1 || true",
            "ls -l /proc/self/fd | grep -v -e pipe: -e /dev/null -e /proc/ -e total || true",
            "echo home $HOME $(ls -A $HOME | wc -l)",
            "ls -A $CI_PROJECT_DIR /builds /tmp");
    assertThat(log)
        .doesNotContain("the host's key")
        .contains("cat: " + secret + ": No such file or directory")
        .contains("cat: /etc/shadow: No such file or directory")
        .contains("ls: cannot access '/root'")
        .contains("Read-only file system")
        .contains("home /home/ci 0");
  }

  @Test
  void hasAnEnvironmentOfItsOwn() {
    String log = rig.log("env | cut -d= -f1 | sort");
    Set<String> names =
        log.lines().filter(line -> line.matches("[A-Za-z_]+")).collect(Collectors.toSet());
    assertThat(names)
        .isSubsetOf(
            "CI CI_BUILDS_DIR CI_CONCURRENT_ID CI_CONCURRENT_PROJECT_ID CI_JOB_STATUS"
                .concat(" CI_DISPOSABLE_ENVIRONMENT CI_PROJECT_DIR CI_PROJECT_PATH")
                .concat(" CI_RUNNER_VERSION CI_SERVER GITLAB_CI HOME LANG OLDPWD PATH PWD")
                .concat(" SHLVL _")
                .lines()
                .flatMap(line -> List.of(line.split(" ", -1)).stream())
                .toList())
        .contains("HOME", "PATH", "CI_PROJECT_DIR");
    assertThat(log).doesNotContain("NEWCI").doesNotContain(FakeGitLab.TOKEN);
  }

  @Test
  void reachesNothingThatListensOnThisMachine() throws IOException {
    try (ServerSocket anywhere = new ServerSocket(0, 50, InetAddress.getByAddress(new byte[4]))) {
      List<String> addresses =
          NetworkInterface.networkInterfaces()
              .flatMap(NetworkInterface::inetAddresses)
              .map(InetAddress::getHostAddress)
              .filter(address -> !address.contains(":"))
              .collect(Collectors.toList());
      addresses.add("10.0.2.2");
      addresses.add("localhost");
      StringBuilder tries = new StringBuilder();
      for (String address : addresses) {
        for (int port : List.of(anywhere.getLocalPort(), rig.gitlab.port())) {
          tries.append(
              ("(timeout 5 bash -c 'exec 3<>/dev/tcp/%s/%d' 2>/dev/null)"
                      + " && echo OPEN-%s || echo shut;")
                  .formatted(address, port, address));
        }
      }
      String log = rig.log(tries.toString());
      assertThat(log.lines().filter("shut"::equals)).hasSize(addresses.size() * 2);
      assertThat(log.lines().filter(line -> line.startsWith("OPEN"))).isEmpty();
    }
  }

  @Test
  void cannotChangeItsRoutes() {
    assertThat(
            rig.log(
                "ip route del unreachable 10.0.0.0/8 2>&1 || echo refused",
                "unshare --user --map-root-user ip route del unreachable 10.0.0.0/8 2>&1"
                    + " || echo refused too",
                "ip route"))
        .contains("\nrefused\n")
        .contains("refused too")
        .contains("unreachable 10.0.0.0/8")
        .contains("unreachable 192.168.0.0/16");
  }

  @Test
  void cannotHarmOthersAndLeavesNothing() {
    FakeGitLab.Job other = rig.offer(rig.payload("sleep 3", "echo unharmed"));
    await().until(() -> other.log().contains("$ sleep 3"));
    String log = rig.log("echo mine > $HOME/left; echo mine > /tmp/left", "kill -9 -1");
    assertThat(log).contains("ERROR: Job failed: exit code 137");
    assertThat(JobRig.ended(other, 30).log()).contains("\nunharmed\n");
    assertThat(rig.log("ls -A $HOME /tmp; ls -A")).doesNotContain("left");
  }

  @Test
  void hasLimits() {
    String log = rig.log("ulimit -n; ulimit -u; ulimit -c; df -k /tmp | tail -1");
    assertThat(log).contains("\n8192\n").contains("\n0\n").contains("2097152");
  }

  @Test
  @Order(Integer.MAX_VALUE)
  void aJobOutlivesThePoolsIdleThreads() {
    await().atMost(Duration.ofSeconds(60)).until(() -> longJob.ended != 0);
    assertThat(longJob.log()).contains("still alive").contains("Job succeeded");
  }
}
