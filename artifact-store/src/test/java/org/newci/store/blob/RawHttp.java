package org.newci.store.blob;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.newci.store.RunningStore;

/** HTTP over a bare socket: paths that clients would tidy up, and bodies that break off. */
final class RawHttp {

  private RawHttp() {}

  static int status(RunningStore store, String method, String path, String body) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), store.port())) {
      socket.setSoTimeout(10_000);
      OutputStream out = socket.getOutputStream();
      out.write(head(store, method, path, body.getBytes(StandardCharsets.UTF_8).length));
      out.write(body.getBytes(StandardCharsets.UTF_8));
      out.flush();
      return status(socket.getInputStream());
    }
  }

  /** Sends the head and some bytes of a body that should be longer, then hangs up. */
  static void breakOff(RunningStore store, String path, long announced, byte[] sent)
      throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), store.port())) {
      OutputStream out = socket.getOutputStream();
      out.write(head(store, "PUT", path, announced));
      out.write(sent);
      out.flush();
    }
  }

  private static byte[] head(RunningStore store, String method, String path, long length) {
    return """
        %s %s HTTP/1.1\r
        Host: localhost\r
        Authorization: Bearer %s\r
        Content-Length: %d\r
        Connection: close\r
        \r
        """
        .formatted(method, path, store.token, length)
        .getBytes(StandardCharsets.UTF_8);
  }

  private static int status(InputStream in) throws Exception {
    String answer = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    return Integer.parseInt(answer.split(" ", 3)[1]);
  }
}
