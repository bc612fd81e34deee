package org.newci.shell.edge;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConnectionLimitTest {

  @Test
  void whoComesWhenAllConnectionsAreTakenWaitsForOneToEnd() throws IOException {
    List<Socket> idle = new ArrayList<>();
    try (Edge edge = Edge.start(EdgeConfig.plainLoopback(), new EdgeSpec().maxConnections(3))) {
      for (int i = 0; i < 3; i++) {
        Socket socket = connect(edge);
        assertThat(health(socket)).startsWith("HTTP/1.1 200");
        idle.add(socket);
      }
      try (Socket late = connect(edge)) {
        late.setSoTimeout(300);
        assertThatThrownBy(() -> health(late)).isInstanceOf(SocketTimeoutException.class);
        idle.getFirst().close();
        late.setSoTimeout(10_000);
        assertThat(answer(late)).startsWith("HTTP/1.1 200");
      }
    } finally {
      for (Socket socket : idle) {
        socket.close();
      }
    }
  }

  @Test
  void aBurstOfConnectionsIsNotReset() throws IOException {
    List<Socket> burst = new ArrayList<>();
    // A server that accepts nothing meanwhile: all of them wait in the kernel.
    try (Edge edge = Edge.start(EdgeConfig.plainLoopback(), new EdgeSpec().maxConnections(1));
        Socket first = connect(edge)) {
      assertThat(health(first)).startsWith("HTTP/1.1 200");
      for (int i = 0; i < 200; i++) {
        burst.add(connect(edge));
      }
      assertThat(burst).allMatch(Socket::isConnected);
    } finally {
      for (Socket socket : burst) {
        socket.close();
      }
    }
  }

  private static Socket connect(Edge edge) throws IOException {
    Socket socket = new Socket();
    socket.connect(
        new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), edge.port()), 2_000);
    socket.setSoTimeout(10_000);
    return socket;
  }

  private static String health(Socket socket) throws IOException {
    socket.getOutputStream().write("GET /health HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(US_ASCII));
    return answer(socket);
  }

  private static String answer(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    byte[] bytes = new byte[1_000];
    int read = in.read(bytes);
    return new String(bytes, 0, Math.max(0, read), US_ASCII);
  }
}
