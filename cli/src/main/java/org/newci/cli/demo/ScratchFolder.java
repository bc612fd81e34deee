package org.newci.cli.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.newci.cli.setup.DataFolder;
import org.newci.cli.setup.PrivateFiles;

/** A data folder for one run: made here, removed with all that is in it. */
final class ScratchFolder {

  private ScratchFolder() {}

  static DataFolder make(String purpose) {
    try {
      Path dir = Files.createTempDirectory("newci-" + purpose + "-");
      // Users of sandboxed jobs must be able to walk through it, as through any data folder.
      Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwx--x--x"));
      return new DataFolder(dir);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a temporary folder", e);
    }
  }

  static void remove(DataFolder folder, boolean root) {
    PrivateFiles.removeTree(folder.builds(root));
    PrivateFiles.removeTree(folder.dir());
  }
}
