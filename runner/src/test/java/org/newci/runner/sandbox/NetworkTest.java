package org.newci.runner.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkTest {

  @Test
  void readsAllForms() {
    assertThat(Network.parse("public")).isEqualTo(new Network.Public());
    assertThat(Network.parse(" none ")).isEqualTo(new Network.None());
    assertThat(Network.parse("deb.debian.org, 203.0.113.0/24"))
        .isEqualTo(new Network.Only(List.of("deb.debian.org", "203.0.113.0/24"), true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "a b;c", "1.2.3", "1.2.3.256", "1.2.3.4/33", "-x", "http://a", "a,,b"})
  void refusesWhatIsNone(String text) {
    assertThatThrownBy(() -> Network.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected public, none, or host names");
  }

  @ParameterizedTest
  @CsvSource({
    "public,none,true",
    "public,example.com,true",
    "public,public,true",
    "none,none,true",
    "none,public,false",
    "none,example.com,false",
    "example.com,none,true",
    "example.com,example.com,true",
    "example.com,example.org,false",
    "example.com,public,false",
    "public,?,false",
  })
  void aJobGetsLessAndNeverMore(String allowed, String wanted, boolean good) {
    Network network = Network.parse(allowed);
    assertThat(network.narrowedTo("")).isEqualTo(network);
    if (good) {
      assertThat(network.narrowedTo(wanted)).isNotNull();
    } else {
      assertThatThrownBy(() -> network.narrowedTo(wanted)).isInstanceOf(Network.TooMuch.class);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.1,true",
    "172.31.255.255,true",
    "172.32.0.0,false",
    "192.168.7.7,true",
    "169.254.169.254,true",
    "100.64.0.1,true",
    "100.128.0.1,false",
    "224.0.0.1,true",
    "255.255.255.255,true",
    "9.255.255.255,false",
    "11.0.0.0,false",
  })
  void knowsPrivateRanges(String address, boolean isPrivate) throws UnknownHostException {
    assertThat(Routes.isPrivate((Inet4Address) InetAddress.getByName(address)))
        .isEqualTo(isPrivate);
  }

  @Test
  void loopbackIsNeverAllowed() {
    assertThatThrownBy(() -> Network.resolve(new Network.Only(List.of("127.0.0.1"), true)))
        .hasMessageContaining("which no job reaches");
    assertThatThrownBy(() -> Network.resolve(new Network.Only(List.of("localhost"), true)))
        .hasMessageContaining("which no job reaches");
  }
}
