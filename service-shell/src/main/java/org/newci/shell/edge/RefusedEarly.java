package org.newci.shell.edge;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.newci.shell.problem.Problem;
import org.newci.shell.problem.ProblemPages;

/**
 * Answers requests that Jetty refuses before any route sees them, as a name with a zero byte.
 * Nobody has read their bodies, so that the connection ends, and the answer says so: a client that
 * kept it would lose its next request.
 */
final class RefusedEarly extends ErrorHandler {

  @Override
  protected void generateResponse(
      Request request,
      Response response,
      int code,
      @Nullable String message,
      @Nullable Throwable cause,
      Callback callback) {
    response.getHeaders().put(HttpHeader.CONNECTION, "close");
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, ProblemPages.MEDIA_TYPE);
    response.write(true, page(code, message), callback);
  }

  private static ByteBuffer page(int code, @Nullable String message) {
    String sentence =
        message == null
            ? "The request was refused before it was read."
            : "The request was refused before it was read: %s.".formatted(message);
    String page = ProblemPages.page(new Problem(code, ProblemPages.kindOf(code), sentence));
    return ByteBuffer.wrap(page.getBytes(StandardCharsets.UTF_8));
  }
}
