package org.newci.acceptance.system;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** Writes whatever bytes over TLS, as no client library would. */
public final class RawHttps {

  private static final int PATIENCE_MS = 60_000;
  private static final int MOST = 256 * 1024;

  private final SSLContext tls;

  private RawHttps(SSLContext tls) {
    this.tls = tls;
  }

  /**
   * What came back.
   *
   * @param status 0 when the connection ended without one
   */
  public record Answer(int status, String text) {}

  /** Trusts the CA in that PEM file. */
  public static RawHttps trusting(Path ca) {
    return new RawHttps(OnlyThisCa.of(ca));
  }

  /** A connection to that server, for whoever wants to be slow. */
  public SSLSocket open(String base) throws IOException {
    URI url = URI.create(base);
    SSLSocket socket =
        (SSLSocket) tls.getSocketFactory().createSocket(url.getHost(), url.getPort());
    socket.setSoTimeout(PATIENCE_MS);
    return socket;
  }

  /** Sends these bytes, says that no more come, and reads the answer to its end. */
  public Answer send(String base, byte[] request) {
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    try (SSLSocket socket = open(base)) {
      try {
        socket.getOutputStream().write(request);
        socket.getOutputStream().flush();
        socket.shutdownOutput();
      } catch (IOException e) {
        // It was refused before all was written: the answer says why.
        read.reset();
      }
      byte[] buffer = new byte[8192];
      int count;
      while (read.size() < MOST && (count = socket.getInputStream().read(buffer)) >= 0) {
        read.write(buffer, 0, count);
      }
    } catch (SocketTimeoutException e) {
      throw new AssertionError("no answer within %d ms".formatted(PATIENCE_MS), e);
    } catch (IOException e) {
      // A reset after what was read is an end too.
      return answer(read);
    }
    return answer(read);
  }

  private static Answer answer(ByteArrayOutputStream read) {
    String text = read.toString(StandardCharsets.UTF_8);
    boolean whole = text.matches("(?s)HTTP/1\\.[01] [0-9]{3}.*");
    return new Answer(whole ? Integer.parseInt(text.substring(9, 12)) : 0, text);
  }
}
