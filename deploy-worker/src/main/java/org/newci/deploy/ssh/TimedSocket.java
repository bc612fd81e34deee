package org.newci.deploy.ssh;

import com.jcraft.jsch.SocketFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The socket under one connection. Closing it is what ends everything that waits on the connection,
 * whatever the server does; JSch's own goodbye would wait for a server that hangs.
 */
final class TimedSocket implements SocketFactory {

  private final Duration connect;
  private volatile @Nullable Socket socket;

  TimedSocket(Duration connect) {
    this.connect = connect;
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    InetSocketAddress address = new InetSocketAddress(host, port);
    if (address.isUnresolved()) {
      throw new UnknownHostException(host);
    }
    Socket fresh = new Socket();
    try {
      fresh.connect(address, (int) connect.toMillis());
      fresh.setTcpNoDelay(true);
    } catch (IOException e) {
      fresh.close();
      throw e;
    }
    socket = fresh;
    return fresh;
  }

  @Override
  public InputStream getInputStream(Socket given) throws IOException {
    return given.getInputStream();
  }

  @Override
  public OutputStream getOutputStream(Socket given) throws IOException {
    return given.getOutputStream();
  }

  void cut() {
    Socket open = socket;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
