package org.newci.shell.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import jdk.net.ExtendedSocketOptions;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;

class ProbedSocketsTest {

  /** A machine that lost its power says nothing; only probes find that out. */
  @Test
  void linesToPeersAreProbed() throws Exception {
    OkHttpClient client = Peer.client(null);
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket line = client.socketFactory().createSocket()) {
      line.connect(server.getLocalSocketAddress());
      assertThat(line.getOption(StandardSocketOptions.SO_KEEPALIVE)).isTrue();
      assertThat(line.getOption(ExtendedSocketOptions.TCP_KEEPIDLE)).isEqualTo(20);
      assertThat(line.getOption(ExtendedSocketOptions.TCP_KEEPINTERVAL)).isEqualTo(10);
      assertThat(line.getOption(ExtendedSocketOptions.TCP_KEEPCOUNT)).isEqualTo(4);
    }
  }
}
