package org.newci.runner.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LauncherTest {

  @TempDir Path dir;

  /** Only root opens a device of mode 0600, and only root makes one of its own. */
  @Test
  void withoutAnOpenTunDeviceAnOrdinaryUserIsToldWhatToDo() throws IOException {
    Path closed = Files.createFile(dir.resolve("closed"));
    Path open = Files.createFile(dir.resolve("open"));
    var all = Files.getPosixFilePermissions(open);
    all.add(PosixFilePermission.OTHERS_WRITE);
    Files.setPosixFilePermissions(open, all);
    Slot users = new Slot(0, Slot.OWN_USER);
    assertThat(Launcher.noNetwork(closed, users).orElseThrow())
        .contains(closed + " may be opened by root alone", "chmod 666", "NEWCI_NETWORK=none");
    assertThat(Launcher.noNetwork(open, users)).isEmpty();
    assertThat(Launcher.noNetwork(closed, new Slot(0, 981_000))).isEmpty();
  }
}
