package org.newci.runner.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RememberedFilterTest {

  private static final FileTime LONG_AGO = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));

  @TempDir Path dir;

  @Test
  void itIsMadeAnewWhenAnythingIsNotAsItWas() throws IOException {
    Path file = dir.resolve("filter");
    try {
      RememberedFilter.write(file, "one");
    } catch (IOException e) {
      assumeThat(e).as("libseccomp2 is installed").isNull();
    }
    byte[] filter = Files.readAllBytes(file);
    assertThat(filter).isNotEmpty();
    Files.setLastModifiedTime(file, LONG_AGO);

    RememberedFilter.write(file, "one");
    assertThat(Files.getLastModifiedTime(file)).isEqualTo(LONG_AGO);

    RememberedFilter.write(file, "another");
    assertThat(Files.getLastModifiedTime(file)).isGreaterThan(LONG_AGO);

    Files.write(file, new byte[] {1, 2, 3});
    RememberedFilter.write(file, "another");
    assertThat(Files.readAllBytes(file)).isEqualTo(filter);

    Files.setLastModifiedTime(file, LONG_AGO);
    RememberedFilter.write(file, "");
    assertThat(Files.getLastModifiedTime(file)).isGreaterThan(LONG_AGO);
    assertThat(Files.readAllBytes(file)).isEqualTo(filter);
  }
}
