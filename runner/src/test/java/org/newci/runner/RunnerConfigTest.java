package org.newci.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunnerConfigTest {

  @TempDir Path home;

  private Map<String, String> good() {
    return Map.of("NEWCI_HOME", home.toString(), "NEWCI_GITLAB_URL", "https://gitlab.example.com");
  }

  @Test
  void hasDefaults() {
    RunnerConfig config = RunnerConfig.from(good());
    assertThat(config.concurrent()).isEqualTo(2);
    assertThat(config.sandboxed()).isTrue();
    assertThat(config.ignoreImage()).isFalse();
    assertThat(config.logLimit()).isEqualTo(4 << 20);
    assertThat(config.work()).isEqualTo(home.resolve("data/builds"));
  }

  @Test
  void namesEverythingThatIsMissing() {
    assertThatThrownBy(() -> RunnerConfig.from(Map.of("NEWCI_CONCURRENT", "many")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("NEWCI_HOME is missing")
        .hasMessageContaining("NEWCI_GITLAB_URL is missing")
        .hasMessageContaining("NEWCI_CONCURRENT is 'many'");
  }

  @ParameterizedTest
  @CsvSource({
    "NEWCI_SANDBOX,docker",
    "NEWCI_CONCURRENT,0",
    "NEWCI_LOG_LIMIT,5",
    "NEWCI_MEMORY_LIMIT,1",
    "NEWCI_DISK_LIMIT,1",
    "NEWCI_CACHE_LIMIT,1",
    "NEWCI_IGNORE_IMAGE,yes",
  })
  void refusesWhatCannotBe(String name, String value) {
    Map<String, String> env = new HashMap<>(good());
    env.put(name, value);
    assertThatThrownBy(() -> RunnerConfig.from(env))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(name + " is '" + value + "'");
  }

  @Test
  void argumentsAreSettings() {
    assertThat(RunnerMain.settings(Map.of("A", "1"), "--data", "D", "--concurrent", "7"))
        .containsOnly(Map.entry("A", "1"), Map.entry("NEWCI_CONCURRENT", "7"));
    assertThat(RunnerMain.settings(Map.of(), "--ignore-image"))
        .containsEntry("NEWCI_IGNORE_IMAGE", "true");
  }

  @Test
  void aNetworkIsCheckedAtStart() {
    Map<String, String> env = new HashMap<>(good());
    env.put("NEWCI_NETWORK", "http://example.com");
    assertThatThrownBy(() -> RunnerConfig.from(env))
        .hasMessageContaining("Settings: NEWCI_NETWORK: 'http://example.com'");
    env.put("NEWCI_NETWORK", "none");
    env.put("NEWCI_SANDBOX", "none");
    assertThatThrownBy(() -> RunnerConfig.from(env)).hasMessageContaining("limits nothing");
  }

  @Test
  void theTokenIsOneWord() throws IOException {
    RunnerConfig config = RunnerConfig.from(good());
    assertThatThrownBy(config::token).hasMessageContaining("runner.token: not readable");
    Files.createDirectories(home.resolve("secrets"));
    Files.writeString(home.resolve("secrets/runner.token"), "two words here\n");
    assertThatThrownBy(config::token).hasMessageContaining("not a token");
    Files.writeString(home.resolve("secrets/runner.token"), "glrt-0123456789\n");
    assertThat(config.token().reveal()).isEqualTo("glrt-0123456789");
    assertThat(config.token().toString()).doesNotContain("0123");
  }
}
