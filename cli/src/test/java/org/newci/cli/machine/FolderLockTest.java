package org.newci.cli.machine;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.cli.CommandFailed;
import org.newci.cli.setup.DataFolder;
import org.newci.cli.setup.SetUp;

class FolderLockTest {

  @TempDir private Path temp;

  @Test
  void onlyOneRunsOnAFolderAtATime() {
    DataFolder folder = new DataFolder(temp.resolve("data"));
    SetUp.makeFolders(folder);
    FolderLock.holding(
        folder,
        () ->
            assertThatThrownBy(() -> FolderLock.take(folder))
                .isInstanceOf(CommandFailed.class)
                .hasMessageContaining("already runs on " + folder));
    FolderLock.holding(folder, () -> {});
  }
}
