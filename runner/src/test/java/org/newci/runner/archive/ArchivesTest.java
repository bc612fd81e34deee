package org.newci.runner.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArchivesTest {

  private static final long MIB = 1L << 20;

  @TempDir Path dir;

  private static byte[] tar(TarArchiveEntry entry, String content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream out = new TarArchiveOutputStream(bytes, "UTF-8")) {
      byte[] utf8 = content.getBytes(StandardCharsets.UTF_8);
      entry.setSize(utf8.length);
      out.putArchiveEntry(entry);
      out.write(utf8);
      out.closeArchiveEntry();
    }
    return bytes.toByteArray();
  }

  private byte[] toZip(byte[] tar, long limit, String... expected) throws IOException {
    ByteArrayOutputStream zip = new ByteArrayOutputStream();
    TarToZip.copy(new ByteArrayInputStream(tar), zip, List.of(expected), limit);
    return zip.toByteArray();
  }

  @Test
  void keepsContentAndMode() throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry("run.sh", TarConstants.LF_NORMAL);
    entry.setMode(0104755);
    Path zip = Files.write(dir.resolve("a.zip"), toZip(tar(entry, "#!/bin/sh\n"), MIB, "run.sh"));
    try (ZipFile file = ZipFile.builder().setPath(zip).get()) {
      ZipArchiveEntry there = file.getEntry("run.sh");
      assertThat(there.getUnixMode()).isEqualTo(0100755);
      assertThat(file.getInputStream(there).readAllBytes()).asString().isEqualTo("#!/bin/sh\n");
    }
  }

  @Test
  void refusesWhatWasNotAskedFor() throws IOException {
    byte[] other = tar(new TarArchiveEntry("other"), "x");
    assertThatThrownBy(() -> toZip(other, MIB, "wanted")).hasMessageContaining("other");
    TarArchiveEntry link = new TarArchiveEntry("wanted", TarConstants.LF_SYMLINK);
    link.setLinkName("/etc/passwd");
    byte[] links = tar(link, "");
    assertThatThrownBy(() -> toZip(links, MIB, "wanted")).hasMessageContaining("wanted");
    byte[] device = tar(new TarArchiveEntry("wanted", TarConstants.LF_CHR), "");
    assertThatThrownBy(() -> toZip(device, MIB, "wanted")).hasMessageContaining("wanted");
  }

  @Test
  void refusesTooMuch() throws IOException {
    byte[] big = tar(new TarArchiveEntry("big"), "x".repeat(2000));
    assertThatThrownBy(() -> toZip(big, 1000, "big")).hasMessageContaining("1000 bytes");
  }

  private Path zip(String name, int mode, String content) throws IOException {
    Path zip = dir.resolve("in.zip");
    try (ZipArchiveOutputStream out = new ZipArchiveOutputStream(zip)) {
      ZipArchiveEntry entry = new ZipArchiveEntry(name);
      entry.setUnixMode(mode);
      out.putArchiveEntry(entry);
      out.write(content.getBytes(StandardCharsets.UTF_8));
      out.closeArchiveEntry();
    }
    return zip;
  }

  private static List<String> unpacked(Path zip, long limit, List<String> warnings)
      throws IOException {
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    ZipToTar.copy(zip, tar, limit, warnings::add);
    List<String> found = new ArrayList<>();
    TarArchiveInputStream in =
        new TarArchiveInputStream(new ByteArrayInputStream(tar.toByteArray()), "UTF-8");
    for (TarArchiveEntry e = in.getNextEntry(); e != null; e = in.getNextEntry()) {
      found.add(
          e.getName()
              + " "
              + Integer.toOctalString(e.getMode())
              + " "
              + new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
    return found;
  }

  @Test
  void unpacksFilesWithoutSpecialBits() throws IOException {
    String name = "d/" + "long".repeat(50) + "/é.sh";
    assertThat(unpacked(zip(name, 0106755, "x"), MIB, new ArrayList<>()))
        .containsExactly(name + " 755 x");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x", "/etc/x", "a/../../x"})
  void refusesNamesThatLeaveTheFolder(String name) throws IOException {
    Path zip = zip(name, 0100644, "x");
    assertThatThrownBy(() -> unpacked(zip, MIB, new ArrayList<>()))
        .hasMessageContaining("not allowed");
  }

  @Test
  void leavesLinksOutAndRefusesBombs() throws IOException {
    List<String> warnings = new ArrayList<>();
    assertThat(unpacked(zip("l", 0120777, "/etc/passwd"), MIB, warnings)).isEmpty();
    assertThat(warnings).containsExactly("WARNING: l is a link and is left out");
    Path bomb = zip("zeros", 0100644, "0".repeat(100_000));
    assertThatThrownBy(() -> unpacked(bomb, 50_000, warnings))
        .hasMessageContaining("larger than 50000");
  }
}
