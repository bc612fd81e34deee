package org.newci.shell.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.newci.shell.edge.EdgeConfig;

class SettingsTest {

  @Test
  void everyMistakeIsReportedAtOnce() {
    Settings settings =
        new Settings(Map.of("PORT", "x", "URL", "ftp://there", "FLAG", "yes", "WAIT", "soon"));
    settings.number("PORT", 1);
    settings.url("URL");
    settings.flag("FLAG", false);
    settings.duration("WAIT", Duration.ZERO);
    settings.path("HOME");
    assertThatThrownBy(settings::check)
        .hasMessageContaining("PORT is 'x' (expected a whole number)")
        .hasMessageContaining("URL is 'ftp://there' (expected an http(s) URL)")
        .hasMessageContaining("FLAG is 'yes' (expected true or false)")
        .hasMessageContaining("WAIT is 'soon' (expected a time such as 90s, 15m or 1h)")
        .hasMessageContaining("HOME is missing (expected a path)");
  }

  @Test
  void goodValuesAndFallbacksAreRead() {
    Settings settings =
        new Settings(Map.of("URL", "https://a:1", "HOME", "/x", "N", "7", "F", "true"));
    assertThat(settings.url("URL")).isEqualTo(URI.create("https://a:1"));
    assertThat(settings.path("HOME")).isEqualTo(Path.of("/x"));
    assertThat(settings.number("N", 1)).isEqualTo(7);
    assertThat(settings.number("M", 1)).isEqualTo(1);
    assertThat(settings.flag("F", false)).isTrue();
    assertThat(settings.text("T", "t")).isEqualTo("t");
    settings.check();
  }

  @Test
  void timesAreWrittenAsPeopleWriteThem() {
    assertThat(Settings.parseDuration("90s")).isEqualTo(Duration.ofSeconds(90));
    assertThat(Settings.parseDuration("15m")).isEqualTo(Duration.ofMinutes(15));
    assertThat(Settings.parseDuration("1h30m")).isEqualTo(Duration.ofMinutes(90));
    assertThat(Settings.parseDuration("2d")).isEqualTo(Duration.ofDays(2));
    assertThat(Settings.parseDuration("PT1M")).isEqualTo(Duration.ofMinutes(1));
    assertThatThrownBy(() -> Settings.parseDuration("1")).hasMessageContaining("'1'");
  }

  @Test
  void listenIsHostAndPort() {
    ComponentHome home = new ComponentHome(Path.of("/x"));
    EdgeConfig plain =
        EdgeConfig.from(
            new Settings(Map.of("NEWCI_LISTEN", "0.0.0.0:8080", "NEWCI_TLS", "off")), home);
    assertThat(plain).isEqualTo(new EdgeConfig("0.0.0.0", 8080, null));
    assertThat(EdgeConfig.from(new Settings(Map.of()), home).tls())
        .isEqualTo(
            new EdgeConfig.TlsFiles(Path.of("/x/secrets/tls.pem"), Path.of("/x/secrets/tls.key")));
    assertThatThrownBy(() -> EdgeConfig.from(new Settings(Map.of("NEWCI_LISTEN", "8080")), home))
        .hasMessageContaining("NEWCI_LISTEN is '8080' (expected HOST:PORT)");
  }
}
