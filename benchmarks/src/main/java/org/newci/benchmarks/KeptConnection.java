package org.newci.benchmarks;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.SSLSocket;
import org.newci.acceptance.system.RawHttps;

/**
 * One TLS connection on which requests follow each other (RFC 9112), with as little work as there
 * can be, so that what is measured is the server.
 */
final class KeptConnection implements AutoCloseable {

  /**
   * What came back.
   *
   * @param headers by their names in lower case
   * @param body one character for each byte, for that takes no time
   */
  record Answer(int status, Map<String, String> headers, String body) {}

  private final SSLSocket socket;
  private final InputStream in;
  private final String head;

  private KeptConnection(SSLSocket socket, String head) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
    this.head = head;
  }

  /** Connects; an empty token sends none. */
  static KeptConnection open(RawHttps https, String base, String token) throws IOException {
    SSLSocket socket = https.open(base);
    socket.setTcpNoDelay(true);
    String authorization = token.isEmpty() ? "" : "Authorization: Bearer " + token + "\r\n";
    return new KeptConnection(socket, "Host: localhost\r\n" + authorization);
  }

  /** Sends and waits for the whole answer; headers are whole lines with their ends. */
  Answer send(String method, String path, String body, String headers) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    String length =
        bytes.length == 0
            ? ""
            : "Content-Type: application/json\r\nContent-Length: " + bytes.length + "\r\n";
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    String start = method + " " + path + " HTTP/1.1\r\n" + head + headers + length + "\r\n";
    request.writeBytes(start.getBytes(StandardCharsets.ISO_8859_1));
    request.writeBytes(bytes);
    socket.getOutputStream().write(request.toByteArray());
    return answer();
  }

  private Answer answer() throws IOException {
    String status = line();
    Map<String, String> headers = new TreeMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    int code = Integer.parseInt(status.substring(9, 12));
    byte[] body =
        code == 304
            ? new byte[0]
            : "chunked".equals(headers.get("transfer-encoding"))
                ? chunks()
                : in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
    return new Answer(code, headers, new String(body, StandardCharsets.ISO_8859_1));
  }

  private byte[] chunks() throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    while (true) {
      int size = Integer.parseInt(line(), 16);
      all.writeBytes(in.readNBytes(size));
      String end = line();
      if (size == 0) {
        return all.toByteArray();
      }
      if (!end.isEmpty()) {
        throw new IOException("a chunk does not end where it should");
      }
    }
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("the connection was closed");
      }
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
