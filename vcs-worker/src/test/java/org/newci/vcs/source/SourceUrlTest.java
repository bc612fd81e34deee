package org.newci.vcs.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourceUrlTest {

  @Test
  void theFourSchemesAndTheShortSshForm() {
    assertThat(SourceUrl.parse("https://Example.org/a/b.git").host()).isEqualTo("example.org");
    assertThat(SourceUrl.parse("http://example.org:8080/a").place()).isEqualTo("example.org:8080");
    assertThat(SourceUrl.parse("git://example.org/a").place()).isEqualTo("example.org:9418");
    assertThat(SourceUrl.parse("ssh://git@example.org:29418/a").scheme()).isEqualTo("ssh");
    assertThat(SourceUrl.parse("git@example.org:group/a.git").text())
        .isEqualTo("ssh://git@example.org/group/a.git");
    assertThat(SourceUrl.parse("http://[::1]:80/a").host()).isEqualTo("::1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/etc/passwd",
        "file:///etc",
        "ftp://h/x",
        "https:///x",
        "https://h",
        "https://h/",
        "https://h/a b",
        "https://h/a#b",
        "ext::sh -c x",
        "ssh://u:p@h/x",
        "http://u@h/x",
        "-oProxyCommand=x",
        "https://h\n/x"
      })
  void othersAreRefusedWithASentence(String text) {
    assertThatThrownBy(() -> SourceUrl.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'git'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "255.255.255.255",
        "224.0.0.1",
        "198.18.0.1",
        "192.0.0.8",
        "::1",
        "::",
        "fe80::1",
        "fd00::1",
        "fc00::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::",
        "::7f00:1"
      })
  void specialAddressesAreRefused(String address) throws Exception {
    assertThat(AllowedAddresses.isSpecial(InetAddress.getByName(address))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"8.8.8.8", "172.32.0.1", "100.128.0.1", "192.0.2.1", "2606:4700:4700::1111"})
  void publicAddressesAreNot(String address) throws Exception {
    assertThat(AllowedAddresses.isSpecial(InetAddress.getByName(address))).isFalse();
  }

  @Test
  void theFlagOpensTheLoopbackOnly() throws Exception {
    AllowedAddresses open = AllowedAddresses.of(true);
    assertThat(open.resolve("git", "127.0.0.1")).hasSize(1);
    assertThatThrownBy(() -> open.resolve("ssh", "127.0.0.1"))
        .isInstanceOf(AllowedAddresses.AddressRefused.class);
    assertThatThrownBy(() -> open.resolve("http", "10.0.0.1"))
        .isInstanceOf(AllowedAddresses.AddressRefused.class)
        .hasMessageContaining("10.0.0.1");
  }
}
