package org.newci.shell.peer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.Map;
import javax.net.SocketFactory;
import jdk.net.ExtendedSocketOptions;

/**
 * Sockets that fail within about a minute when the other machine is gone without a word (RFC 1122,
 * 4.2.3.6): while a long answer is waited for, nothing else would notice.
 */
final class ProbedSockets extends SocketFactory {

  /** A line is silent for that long before it is probed. */
  static final Duration IDLE = Duration.ofSeconds(20);

  private static final Duration EVERY = Duration.ofSeconds(10);
  private static final int PROBES = 4;

  private static final Map<SocketOption<Integer>, Integer> OPTIONS =
      Map.of(
          ExtendedSocketOptions.TCP_KEEPIDLE, (int) IDLE.toSeconds(),
          ExtendedSocketOptions.TCP_KEEPINTERVAL, (int) EVERY.toSeconds(),
          ExtendedSocketOptions.TCP_KEEPCOUNT, PROBES);

  @Override
  public Socket createSocket() throws IOException {
    return probed(new Socket());
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return probed(new Socket(host, port));
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress from, int fromPort)
      throws IOException {
    return probed(new Socket(host, port, from, fromPort));
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return probed(new Socket(host, port));
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort)
      throws IOException {
    return probed(new Socket(host, port, from, fromPort));
  }

  private static Socket probed(Socket socket) throws IOException {
    socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    for (Map.Entry<SocketOption<Integer>, Integer> option : OPTIONS.entrySet()) {
      if (socket.supportedOptions().contains(option.getKey())) {
        socket.setOption(option.getKey(), option.getValue());
      }
    }
    return socket;
  }
}
