package org.newci.shell.edge;

import io.javalin.http.Context;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.SocketChannelEndPoint;

/** The other end of the connection that a request came over. */
public final class Caller {

  private Caller() {}

  /**
   * True when nobody waits for the answer any more. To be asked by a request whose body was read
   * and that was kept waiting: HTTP/1.1 lets a client send nothing until it is answered, so what
   * can be read from its connection meanwhile is the connection's end. Jetty does not look before
   * it has answered.
   */
  public static boolean isGone(Context ctx) {
    EndPoint end =
        ServletContextRequest.getServletContextRequest(ctx.req())
            .getConnectionMetaData()
            .getConnection()
            .getEndPoint();
    while (end instanceof EndPoint.Wrapper wrapper) {
      end = wrapper.unwrap();
    }
    return !end.isOpen()
        || (end instanceof SocketChannelEndPoint plain && hasMore(plain.getChannel()));
  }

  private static boolean hasMore(SocketChannel channel) {
    try (Selector look = Selector.open()) {
      channel.register(look, SelectionKey.OP_READ);
      return look.selectNow() > 0;
    } catch (IOException e) {
      return true;
    }
  }
}
