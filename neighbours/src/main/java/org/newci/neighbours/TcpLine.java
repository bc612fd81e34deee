package org.newci.neighbours;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A line on the loopback to some port, which a test can cut or hold after a number of bytes: what
 * the client sent up to there arrives, and nothing after it. It can also refuse, or be slow.
 */
public final class TcpLine implements AutoCloseable {

  private enum Fault {
    NONE,
    CUT,
    BREAK,
    HOLD
  }

  /** What a slow line carries at a time. */
  private static final int SLOW_PIECE = 1024;

  private final int port;
  private final int target;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final Object turn = new Object();
  private ServerSocket door;
  private long slowMillis;
  private Fault fault = Fault.NONE;
  private long left;
  private long carried;
  private boolean held;
  private boolean broken;

  private TcpLine(ServerSocket door, int target) {
    this.door = door;
    this.port = door.getLocalPort();
    this.target = target;
  }

  /** A line to that port of the loopback. */
  public static TcpLine to(int port) {
    try {
      ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      TcpLine line = new TcpLine(door, port);
      Thread.ofVirtual().name("line").start(() -> line.accept(door));
      return line;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where it begins, on the loopback. */
  public int port() {
    return port;
  }

  /** Bytes that clients have sent through it. */
  public long carried() {
    synchronized (turn) {
      return carried;
    }
  }

  /** Every connection ends once clients have sent so many bytes more; later ones are not cut. */
  public void cutAfter(long bytes) {
    arm(Fault.CUT, bytes);
  }

  /** The same, and nobody gets through any more until it is mended. */
  public void breakAfter(long bytes) {
    arm(Fault.BREAK, bytes);
  }

  /** Nothing passes in either direction once clients have sent so many bytes more. */
  public void holdAfter(long bytes) {
    arm(Fault.HOLD, bytes);
  }

  /** Connections are refused, and those that stand end. */
  public void refuse() {
    synchronized (turn) {
      closeDoor();
    }
    cut();
  }

  /** Every piece of a KiB waits that long, in both directions. */
  public void slowBy(Duration each) {
    synchronized (turn) {
      slowMillis = each.toMillis();
    }
  }

  private void arm(Fault wanted, long bytes) {
    synchronized (turn) {
      fault = wanted;
      left = bytes;
    }
  }

  /** True when it is being held. */
  public boolean held() {
    synchronized (turn) {
      return held;
    }
  }

  /** No fault is to come any more; what was held goes on. */
  public void mend() {
    synchronized (turn) {
      fault = Fault.NONE;
      held = false;
      broken = false;
      slowMillis = 0;
      turn.notifyAll();
      if (door.isClosed()) {
        open();
      }
    }
  }

  private void open() {
    try {
      ServerSocket again = new ServerSocket();
      again.setReuseAddress(true);
      again.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 50);
      door = again;
      Thread.ofVirtual().name("line").start(() -> accept(again));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void closeDoor() {
    try {
      door.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept(ServerSocket open) {
    while (!open.isClosed()) {
      try {
        Socket near = open.accept();
        sockets.add(near);
        if (isBroken()) {
          near.close();
          continue;
        }
        Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
        sockets.add(far);
        near.setTcpNoDelay(true);
        far.setTcpNoDelay(true);
        Thread.ofVirtual().start(() -> carry(near, far, true));
        Thread.ofVirtual().start(() -> carry(far, near, false));
      } catch (IOException e) {
        // The target is gone: so is the line to it, until the next try.
        cut();
      }
    }
  }

  private boolean isBroken() {
    synchronized (turn) {
      return broken;
    }
  }

  private void carry(Socket from, Socket to, boolean counted) {
    byte[] buffer = new byte[16 * 1024];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        int sent = 0;
        while (sent < n) {
          int may = passed(n - sent, counted);
          out.write(buffer, sent, may);
          sent += may;
        }
      }
    } catch (IOException e) {
      // One side is gone; the other is told by the end of its socket.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      sockets.remove(from);
      sockets.remove(to);
    }
  }

  /** How many of those bytes may pass now; at least one. */
  private int passed(int wanted, boolean counted) throws InterruptedException, IOException {
    synchronized (turn) {
      while (true) {
        if (counted && fault != Fault.NONE && left == 0) {
          if (fault != Fault.HOLD) {
            broken = fault == Fault.BREAK;
            fault = Fault.NONE;
            cut();
            throw new IOException("cut on purpose");
          }
          held = true;
        }
        if (!held) {
          break;
        }
        turn.wait();
      }
      long end = System.nanoTime() + Duration.ofMillis(slowMillis).toNanos();
      for (long rest = slowMillis; slowMillis > 0 && rest > 0; rest = millisUntil(end)) {
        turn.wait(rest);
      }
      int most = slowMillis > 0 ? Math.min(wanted, SLOW_PIECE) : wanted;
      int may = counted && fault != Fault.NONE ? (int) Math.min(most, left) : most;
      if (counted) {
        left -= fault == Fault.NONE ? 0 : may;
        carried += may;
      }
      return may;
    }
  }

  private static long millisUntil(long end) {
    return Duration.ofNanos(end - System.nanoTime()).toMillis();
  }

  /** Ends every connection. */
  public void cut() {
    for (Socket socket : sockets) {
      try {
        socket.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public void close() {
    mend();
    synchronized (turn) {
      closeDoor();
    }
    cut();
  }
}
