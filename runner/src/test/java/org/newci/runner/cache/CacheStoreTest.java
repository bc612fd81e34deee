package org.newci.runner.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheStoreTest {

  @TempDir Path dir;
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");

  private final Clock clock =
      new Clock() {
        @Override
        public Instant instant() {
          return now;
        }

        @Override
        public java.time.ZoneId getZone() {
          return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
          return this;
        }
      };

  private static void put(CacheStore store, String key, String content)
      throws IOException, InterruptedException {
    store.put("1", key, out -> out.write(content.getBytes(StandardCharsets.UTF_8)));
  }

  private static String get(CacheStore store, String key) throws IOException {
    Optional<InputStream> in = store.open("1", key);
    if (in.isEmpty()) {
      return "";
    }
    try (InputStream content = in.get()) {
      return new String(content.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void whatWasNotUsedForTheLongestTimeGoes() throws Exception {
    CacheStore store = new CacheStore(dir.resolve("c"), 100, clock);
    for (String key : new String[] {"a", "b", "c"}) {
      put(store, key, key.repeat(30));
      now = now.plus(Duration.ofMinutes(1));
    }
    assertThat(get(store, "a")).hasSize(30);
    now = now.plus(Duration.ofMinutes(1));
    put(store, "d", "d".repeat(30));
    assertThat(get(store, "b")).isEmpty();
    assertThat(get(store, "a") + get(store, "c") + get(store, "d")).hasSize(90);
  }

  @Test
  void aFailedOneLeavesTheOldAndNoRest() throws Exception {
    CacheStore store = new CacheStore(dir.resolve("c"), 100, clock);
    put(store, "k", "old");
    assertThatThrownBy(() -> put(store, "k", "x".repeat(101)))
        .hasMessage("the cache is larger than 100 bytes");
    assertThat(get(store, "k")).isEqualTo("old");
    try (var files = Files.list(dir.resolve("c"))) {
      assertThat(files).hasSize(1);
    }
    Files.writeString(dir.resolve("c/new-1.part"), "half");
    assertThat(get(new CacheStore(dir.resolve("c"), 100, clock), "k")).isEqualTo("old");
    assertThat(dir.resolve("c/new-1.part")).doesNotExist();
  }
}
