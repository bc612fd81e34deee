package org.newci.runner.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.newci.neighbours.NeedsProgram;

/**
 * Attempts to get out of the sandbox, to see more than a job may, to take more than its share, or
 * to leave something behind. Each is a job that says {@code ESCAPED} when it worked, else {@code
 * held}.
 */
@NeedsProgram({"bwrap", "slirp4netns", "ip", "git", "perl"})
class EscapeTest {

  @TempDir static Path dir;
  private static JobRig rig;
  private static Path work;
  private static final Map<String, FakeGitLab.Job> TRIED = new HashMap<>();

  /** Numbers of system calls are those of x86-64. */
  private static String call(int number, String arguments, int expected) {
    return "perl -e '$r = syscall(%d, %s); print $r < 0 && $! == %d ? qq(held\\n) : qq(ESCAPED\\n)'"
        .formatted(number, arguments, expected);
  }

  private static String unless(String attempt) {
    return "if (%s) > /dev/null 2>&1; then echo ESCAPED; else echo held; fi".formatted(attempt);
  }

  private static String connect(String host, int port) {
    return unless("timeout 4 bash -c 'exec 3<>/dev/tcp/%s/%d'".formatted(host, port));
  }

  private static Map<String, String> attempts() {
    Map<String, String> all = new LinkedHashMap<>();
    files(all);
    kernel(all);
    network(all);
    others(all);
    return all;
  }

  private static void files(Map<String, String> all) {
    all.put("read the runner's token", unless("cat " + dir.resolve("runner/secrets/runner.token")));
    all.put("read the machine's passwords", unless("cat /etc/shadow"));
    all.put("list the machine's users", unless("test $(getent passwd | wc -l) -gt 3"));
    all.put("look at the workspaces of all jobs", unless("ls " + work));
    all.put("write a program of the machine", unless("touch /usr/bin/evil"));
    all.put("write beside its own folders", unless("touch /evil /etc/evil /run/evil /var/evil"));
    all.put("fill the folder of devices", unless("head -c 100000 /dev/zero > /dev/evil"));
    all.put("make a device node", unless("mknod /tmp/disk b 254 0"));
    all.put("open a disk of the machine", unless("ls /dev/vda /dev/sda /dev/mem /dev/kmsg"));
    all.put("read the kernel's command line", unless("grep -q . /proc/cmdline"));
    all.put("read the kernel's memory", unless("head -c 1 /proc/kcore"));
    all.put("see the machine's hardware", unless("ls /sys/class"));
    all.put("write a setting of the kernel", unless("echo x > /proc/sys/kernel/core_pattern"));
    all.put("press the kernel's buttons", unless("echo h > /proc/sysrq-trigger"));
    all.put("find sockets of daemons", unless("find /run /var /tmp -type s | grep -q ."));
    all.put(
        "keep files that the runner opened",
        unless("ls -l /proc/$$/fd | grep -v -e pipe: -e /dev/null -e total -e /proc/ -e script"));
    all.put("go through the first process's root", unless("ls /proc/1/root/root"));
    all.put("read the first process's environment", unless("grep -q NEWCI /proc/1/environ"));
    all.put(
        "gain rights by a program of root's",
        unless("! grep -q 'NoNewPrivs:.1' /proc/self/status"));
  }

  private static void kernel(Map<String, String> all) {
    all.put("mount something", unless("mount -t tmpfs none /tmp"));
    all.put("make a user namespace", unless("unshare --user true"));
    all.put("make one by the call itself", call(272, "0x10000000", 1));
    all.put("make one by clone", call(56, "0x10000011, 0, 0, 0, 0", 1));
    all.put("make one by clone3, which no filter can look into", call(435, "0, 0", 38));
    all.put("join another namespace", call(308, "0, 0", 1));
    all.put("load a BPF program", call(321, "0, 0, 0", 1));
    all.put("count the machine's events", call(298, "0, 0, -1, -1, 0", 1));
    all.put("use io_uring", call(425, "1, 0", 1));
    all.put("handle page faults", call(323, "0", 1));
    all.put("leave a key in the kernel", call(250, "0, -3, 1", 1));
    all.put("load a kernel module", call(175, "0, 0, 0", 1));
    all.put("open a file by its handle", call(304, "0, 0, 0", 1));
    all.put("speak to the hypervisor", call(41, "40, 1, 0", 97));
    all.put("speak to the kernel's ciphers", call(41, "38, 5, 0", 97));
    all.put("read packets", call(41, "17, 3, 0", 97));
    all.put("type into a terminal", call(16, "0, 0x5412, 0", 1));
    all.put("type into one with a disguised number", call(16, "0, 0x100005412, 0", 1));
    all.put("set the clock", unless("date -s 2001-01-01"));
    all.put("change the root", unless("chroot /tmp /bin/true"));
    all.put("name the machine", unless("hostname evil"));
    all.put("raise its limit of files", unless("ulimit -n 100000"));
    all.put(
        "go before others",
        unless("nice -n -10 true 2>&1 | grep -q . && false || test $(nice -n -10 nice) -lt 0"));
  }

  private static void network(Map<String, String> all) {
    all.put("reach the machine's loopback", connect("127.0.0.1", rig.gitlab.port()));
    all.put("reach it through the router", connect("10.0.2.2", rig.gitlab.port()));
    all.put("reach it beside the router", connect("10.0.2.50", rig.gitlab.port()));
    all.put("reach the cloud's metadata", connect("169.254.169.254", 80));
    all.put("reach a private network", connect("192.168.0.1", 80));
    all.put("reach a carrier's network", connect("100.64.0.1", 80));
    all.put("open its private routes", unless("ip route del unreachable 10.0.0.0/8"));
    all.put("make an interface", unless("ip link add evil type dummy"));
    all.put("send raw packets", call(41, "2, 3, 1", 1));
    all.put("see local sockets of the machine", unless("test $(wc -l < /proc/net/unix) -gt 3"));
  }

  private static void others(Map<String, String> all) {
    long runner = ProcessHandle.current().pid();
    all.put("see other processes", unless("test $(ls -d /proc/[0-9]* | wc -l) -gt 9"));
    all.put("signal the runner", unless("kill -0 " + runner));
    all.put(
        "fork without end",
        "perl -e '$| = 1; $n = 0; while (defined($p = fork)) { if (!$p) { sleep 50; exit } $n++ }"
            + " print $n > 4096 ? qq(ESCAPED\\n) : qq(held\\n); kill 9, -1'");
    all.put("fill the shared memory", unless("head -c 700000000 /dev/zero > /dev/shm/big"));
  }

  @BeforeAll
  static void start() throws IOException {
    work = Files.createTempDirectory(Path.of("/var/tmp"), "newci-test-");
    JobRig.shell(work, "chmod 755 .");
    rig =
        new JobRig(
            dir,
            Map.of(
                "NEWCI_WORK", work.toString(),
                "NEWCI_DISK_LIMIT", "60000000",
                "NEWCI_MEMORY_LIMIT", "1000000000"));
    attempts().forEach((name, line) -> TRIED.put(name, rig.offer(rig.payload(line))));
  }

  @AfterAll
  static void stop() throws IOException {
    rig.close();
    JobRig.shell(dir, "rm -rf " + work);
  }

  static Stream<Arguments> names() {
    return TRIED.keySet().stream().sorted().map(name -> arguments(name));
  }

  @ParameterizedTest
  @MethodSource("names")
  void isHeld(String attempt) {
    String log = JobRig.ended(TRIED.get(attempt), 300).log();
    assertThat(log.lines().filter("ESCAPED"::equals)).as(log).isEmpty();
    assertThat(log.lines().filter("held"::equals)).as(log).hasSizeGreaterThanOrEqualTo(1);
  }

  @Test
  void whoTakesTooMuchMemoryIsEndedAndTold() {
    String log = rig.log("perl -e '$x = q(x) x 1500000000; print qq(ESCAPED\\n)'");
    assertThat(log.lines().filter("ESCAPED"::equals)).isEmpty();
    assertThat(log).contains("used all of its 1000000000 bytes of memory").contains("Job failed");
  }

  @Test
  void whoFillsTheDiskIsEndedAndTold() {
    String log =
        rig.log(
            "for i in $(seq 1 90); do head -c 8000000 /dev/zero > $i; sleep 0.1; done; echo ESCAPED");
    assertThat(log.lines().filter("ESCAPED"::equals)).isEmpty();
    assertThat(log)
        .contains("its files are larger than 60000000 bytes together")
        .contains("ERROR: Job failed: it used more disk than a job may");
  }

  @Test
  void foldersTooDeepToRemoveAreRemoved() throws IOException {
    String log =
        rig.log(
            "perl -e 'for (1..3000) { mkdir q(dddddddd) or die; chdir q(dddddddd) or die }'",
            "sleep 60; echo ESCAPED");
    assertThat(log).contains("it has folders in each other");
    assertThat(rig.log("true")).contains("Job succeeded");
    await().until(() -> workspaces().isEmpty());
  }

  private static List<String> workspaces() throws IOException {
    try (Stream<Path> files = Files.list(work)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("slot-"))
          .toList();
    }
  }

  @Test
  void nothingIsLeftForTheNextJob() {
    String left =
        rig.log(
            "ipcmk -M 4096 > /dev/null; ipcs -m | grep -c ' 4096 '",
            "echo mine > /dev/shm/mine; echo mine > /tmp/mine; echo mine > $HOME/mine",
            "(setsid nohup perl -e 'sleep 3; open F, q(>), qq($ENV{HOME}/late)' &)");
    assertThat(left).contains("\n1\n");
    String next =
        rig.log("sleep 4; ipcs -m | grep -c ' 4096 ' || true", "ls -A /dev/shm /tmp $HOME; ls -A");
    assertThat(next).contains("\n0\n").doesNotContain("mine").doesNotContain("late");
  }

  @Test
  void aHookBeforeTheSourcesCannotLeadTheRunnerAway() throws IOException {
    ObjectNode job = rig.payload("git log -1 --format=%s; ls -ld .git/.");
    ObjectNode hook = job.putArray("hooks").addObject().put("name", "pre_get_sources_script");
    hook.putArray("script").add("ln -s /etc .git; pwd");
    String log = rig.run(job).log();
    assertThat(log).contains("\n/builds/team/shop\n").contains("\ntwo\n");
    assertThat(Path.of("/etc/HEAD")).doesNotExist();

    ObjectNode away = rig.payload("echo ESCAPED");
    ObjectNode swap = away.putArray("hooks").addObject().put("name", "pre_get_sources_script");
    swap.putArray("script").add("cd /builds; mv team other; ln -s /etc team");
    assertThat(rig.run(away).log())
        .contains("the job has replaced its folder team")
        .doesNotContain("\nESCAPED\n");
  }
}
