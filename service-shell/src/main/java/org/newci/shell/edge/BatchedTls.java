package org.newci.shell.edge;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/**
 * TLS that gives the kernel many records at a time when an answer is long. Jetty hands over each
 * record of 16 KiB by itself, and that call takes longer than to encrypt it. What comes in, and
 * short answers, have Jetty's small buffers.
 */
final class BatchedTls extends SslConnectionFactory {

  /** What a handler should write at a time, so that the records are full. */
  static final int WORTHWHILE = 128 * 1024;

  private static final int RECORD = 16 * 1024;

  /** Records of {@link #WORTHWHILE} bytes with what TLS adds to each, and room for one more. */
  private static final int WIDE = WORTHWHILE + 2 * RECORD;

  private static final int MOST_KEPT = 32;

  private final ByteBufferPool wide = new ArrayByteBufferPool(0, WIDE, WIDE, MOST_KEPT);

  BatchedTls(SslContextFactory.Server tls, String next) {
    super(tls, next);
  }

  @Override
  protected SslConnection newSslConnection(Connector connector, EndPoint below, SSLEngine engine) {
    Buffers buffers = new Buffers(connector.getByteBufferPool(), wide);
    return new Batched(buffers, connector.getExecutor(), this, below, engine);
  }

  /** One connection's buffers: while it sends much, they are wide. */
  private static final class Buffers implements ByteBufferPool {
    private final ByteBufferPool usual;
    private final ByteBufferPool wide;
    // Another thread that reads meanwhile may get a wide one, which does no harm.
    private volatile boolean sendsMuch;

    private Buffers(ByteBufferPool usual, ByteBufferPool wide) {
      this.usual = usual;
      this.wide = wide;
    }

    @Override
    public RetainableByteBuffer.Mutable acquire(int size, boolean direct) {
      return sendsMuch && size <= WIDE ? wide.acquire(WIDE, direct) : usual.acquire(size, direct);
    }

    @Override
    public void clear() {
      usual.clear();
    }
  }

  private static final class Batched extends SslConnection {
    private final Buffers buffers;

    private Batched(
        Buffers buffers, Executor executor, BatchedTls made, EndPoint below, SSLEngine engine) {
      super(
          buffers,
          executor,
          made.getSslContextFactory(),
          below,
          engine,
          made.isDirectBuffersForEncryption(),
          made.isDirectBuffersForDecryption());
      this.buffers = buffers;
    }

    @Override
    protected SslEndPoint newSslEndPoint() {
      return new SslEndPoint() {
        @Override
        public boolean flush(ByteBuffer... output) throws IOException {
          buffers.sendsMuch = BufferUtil.remaining(output) > RECORD;
          try {
            return super.flush(output);
          } finally {
            buffers.sendsMuch = false;
          }
        }
      };
    }

    /** Encrypts as many records as there is room for. */
    @Override
    protected SSLEngineResult wrap(SSLEngine engine, ByteBuffer[] input, ByteBuffer output)
        throws SSLException {
      int record = engine.getSession().getPacketBufferSize();
      SSLEngineResult result = super.wrap(engine, input, output);
      while (goesOn(result) && output.remaining() >= record && !BufferUtil.isEmpty(input)) {
        result = super.wrap(engine, input, output);
      }
      return result;
    }

    private static boolean goesOn(SSLEngineResult result) {
      return result.getStatus() == SSLEngineResult.Status.OK
          && result.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.NOT_HANDSHAKING
          && result.bytesConsumed() > 0;
    }
  }
}
