package org.newci.cli.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.cli.setup.DataFolder;
import org.newci.cli.setup.SetUp;
import org.newci.neighbours.NativeProcess;

class PidFileTest {

  @TempDir private Path temp;
  private DataFolder folder;
  private NativeProcess program;

  @BeforeEach
  void start() {
    folder = new DataFolder(temp.resolve("data"));
    SetUp.makeFolders(folder);
    program = NativeProcess.start(List.of("sleep", "60"), Map.of(), temp.resolve("out"));
  }

  @AfterEach
  void stop() {
    program.close();
  }

  @Test
  void downStopsWhatIsRememberedAndForgetsIt() {
    PidFile.write(folder, "runner", program.handle().pid());
    assertThat(Down.stop(folder)).containsExactly("runner");
    assertThat(program.handle().isAlive()).isFalse();
    assertThat(folder.run().resolve("runner.pid")).doesNotExist();
    assertThat(Down.stop(folder)).isEmpty();
  }

  @Test
  void anotherProcessWithTheSameIdIsLeftAlone() throws Exception {
    PidFile written = PidFile.write(folder, "runner", program.handle().pid());
    Files.writeString(written.file(), written.pid() + " 1\n");
    assertThat(Down.stop(folder)).isEmpty();
    assertThat(program.handle().isAlive()).isTrue();
    assertThat(written.file()).doesNotExist();
  }

  @Test
  void aBrokenFileIsNoProcess() throws Exception {
    for (String text : List.of("", "nonsense", "12", "-1 5", "99999999999 7")) {
      Files.writeString(folder.run().resolve("runner.pid"), text);
      assertThat(PidFile.read(folder, "runner").flatMap(PidFile::process)).as(text).isEmpty();
    }
    assertThat(Down.stop(folder)).isEmpty();
  }
}
