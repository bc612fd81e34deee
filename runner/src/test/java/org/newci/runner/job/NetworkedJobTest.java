package org.newci.runner.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.neighbours.NeedsProgram;

/** Jobs of runners that allow no network, or a list. */
@NeedsProgram({"bwrap", "slirp4netns", "ip", "git"})
class NetworkedJobTest {

  @TempDir Path dir;

  private static String connect(String host, int port) {
    return "(timeout 4 bash -c 'exec 3<>/dev/tcp/%s/%d' 2>/dev/null) && echo OPEN || echo shut"
        .formatted(host, port);
  }

  private static InetAddress ownAddress() throws IOException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(a -> !a.isLoopbackAddress() && !a.getHostAddress().contains(":"))
        .findFirst()
        .orElse(null);
  }

  @Test
  void withNoneAJobReachesNothingAndCannotAskForMore() throws IOException {
    try (JobRig rig = new JobRig(dir, Map.of("NEWCI_NETWORK", "none"))) {
      String log = rig.log("cat hello.txt; ip -o link | cut -d: -f2");
      assertThat(log)
          .contains("hello from the repository")
          .contains("\n lo\n")
          .doesNotContain("tap0");
      ObjectNode more = rig.payload("echo reached");
      JobRig.variable(more, "NEWCI_NETWORK", "public");
      assertThat(rig.run(more).log())
          .contains("NEWCI_NETWORK is 'public', which is more than this runner allows")
          .doesNotContain("$ echo reached");
    }
  }

  @Test
  void aListIsAllThatIsReached() throws IOException {
    InetAddress own = ownAddress();
    Assumptions.assumeTrue(own != null, "this machine has no address but loopback");
    try (ServerSocket listed = new ServerSocket(0, 50, InetAddress.getByAddress(new byte[4]))) {
      String host = own.getHostAddress();
      try (JobRig rig = new JobRig(dir, Map.of("NEWCI_NETWORK", host + ",192.0.2.7"))) {
        String log =
            rig.log(
                connect(host, listed.getLocalPort()),
                "ip route get 192.0.2.7 | head -1",
                "ip route get 192.0.2.8 2>&1 || true",
                connect("10.0.2.3", 53),
                "getent hosts example.com || echo no names");
        assertThat(log)
            .contains("\nOPEN\n")
            .contains("192.0.2.7 via 10.0.2.2")
            .contains("Network is unreachable")
            .contains("\nshut\n")
            .contains("\nno names\n");
        ObjectNode less = rig.payload(connect(host, listed.getLocalPort()));
        JobRig.variable(less, "NEWCI_NETWORK", "192.0.2.7");
        assertThat(rig.run(less).log()).contains("\nshut\n").doesNotContain("\nOPEN\n");
        ObjectNode none = rig.payload("ip -o link | wc -l");
        JobRig.variable(none, "NEWCI_NETWORK", "none");
        assertThat(rig.run(none).log()).contains("\n1\n");
      }
    }
  }

  @Test
  void aJobsOwnListLeadsToNoPrivateAddress() throws IOException {
    try (JobRig rig = new JobRig(dir, Map.of())) {
      ObjectNode job = rig.payload("echo reached");
      JobRig.variable(job, "NEWCI_NETWORK", "10.1.2.3");
      assertThat(rig.run(job).log())
          .contains("10.1.2.3 (10.1.2.3) lies on this machine or in a private network")
          .doesNotContain("$ echo reached");
    }
  }
}
