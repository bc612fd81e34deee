package org.newci.shell.edge;

import io.javalin.http.Context;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.eclipse.jetty.ee10.servlet.HttpInput;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.EndPoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens to the body of a request that is answered before all of it was read (RFC 9112,
 * section 9.3 and 9.6). A small rest is read, so that the connection serves on. Otherwise the
 * answer says that the connection ends, and what the client still sends is thrown away for a while:
 * a socket that is closed with bytes unread is reset, and the client might never see its answer.
 */
final class UnreadBody implements Filter {

  /** A rest of so many bytes is read before the answer. */
  static final int SMALL_REST = 64 * 1024;

  private static final Duration QUIET_BEFORE = Duration.ofMillis(500);
  private static final Duration ALL_BEFORE = Duration.ofSeconds(1);
  private static final Duration QUIET_AFTER = Duration.ofSeconds(2);
  private static final Duration ALL_AFTER = Duration.ofSeconds(10);
  private static final int PIECE = 16 * 1024;
  private static final String LINGER = "newci.linger";
  private static final Logger LOG = LoggerFactory.getLogger(UnreadBody.class);

  /** Reads a small rest, or lets the answer say that the connection ends; before the answer. */
  static void settle(Context ctx) {
    HttpServletRequest request = ctx.req();
    if (!hasBody(request) || request.isAsyncStarted()) {
      return;
    }
    if (asksBeforeSending(request) || !rest(request, SMALL_REST, QUIET_BEFORE, ALL_BEFORE)) {
      ctx.header("Connection", "close");
      request.setAttribute(LINGER, true);
    }
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    chain.doFilter(request, response);
    if (request.getAttribute(LINGER) != null) {
      try {
        response.getOutputStream().close();
      } catch (IOException e) {
        LOG.debug("who was refused went away", e);
        return;
      }
      rest((HttpServletRequest) request, Long.MAX_VALUE, QUIET_AFTER, ALL_AFTER);
    }
  }

  private static boolean hasBody(HttpServletRequest request) {
    return request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null;
  }

  /** True as long as nothing came from a client that waits for a {@code 100 Continue}. */
  private static boolean asksBeforeSending(HttpServletRequest request) {
    return request.getHeader("Expect") != null && input(request).getContentReceived() == 0;
  }

  /** Not by the request's method, which tells the client to send. */
  private static HttpInput input(HttpServletRequest request) {
    return ServletContextRequest.getServletContextRequest(request).getHttpInput();
  }

  /** Reads on; true when that was all. */
  private static boolean rest(
      HttpServletRequest request, long most, Duration quiet, Duration whole) {
    EndPoint connection =
        ServletContextRequest.getServletContextRequest(request)
            .getConnectionMetaData()
            .getConnection()
            .getEndPoint();
    long usual = connection.getIdleTimeout();
    long end = System.nanoTime() + whole.toNanos();
    connection.setIdleTimeout(quiet.toMillis());
    try {
      InputStream body = input(request);
      byte[] piece = new byte[PIECE];
      long read = 0;
      while (read <= most && System.nanoTime() < end) {
        int n = body.read(piece);
        if (n < 0) {
          return true;
        }
        read += n;
      }
    } catch (IOException | IllegalStateException e) {
      LOG.debug("the rest of a body did not come", e);
    } finally {
      connection.setIdleTimeout(usual);
    }
    return false;
  }
}
