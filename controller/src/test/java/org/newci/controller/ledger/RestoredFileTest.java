package org.newci.controller.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestoredFileTest {

  private static final Instant BEFORE = Instant.parse("2026-11-26T10:00:00Z");

  @TempDir Path dir;

  @Test
  void deploymentsAfterARestoreComeAfterThoseThatTheBackupDoesNotKnowOf() throws Exception {
    Path file = dir.resolve("builds.db");
    SqliteDatabase.open(file, BEFORE).close();
    Path backup = Files.copy(file, dir.resolve("backup.db"));
    long last = 0;
    try (SqliteDatabase lost = SqliteDatabase.open(file, BEFORE.plusSeconds(1))) {
      for (int i = 0; i < 50; i++) {
        last = lost.nextSequence();
      }
    }
    try (SqliteDatabase restored = SqliteDatabase.open(backup, BEFORE.plusSeconds(60))) {
      assertThat(restored.nextSequence()).isGreaterThan(last);
    }
  }
}
