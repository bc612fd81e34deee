package org.newci.testenv.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystemException;
import org.junit.jupiter.api.Test;

class SaidReasonsTest {

  @Test
  void aFullDiskIsSaid() {
    assertThat(said(new IOException("No space left on device"))).contains("No space left");
    assertThat(said(new FileSystemException("/x", null, "Disk quota exceeded"))).contains("quota");
  }

  @Test
  void pathsOfThisMachineAreNot() {
    assertThat(said(new FileSystemException("/home/x/secret"))).doesNotContain("secret");
  }

  private static String said(Exception e) {
    return new SaidReasons().resolveErrorMessage(null, 0, e, 4, 0);
  }
}
