package dev.oneport.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/**
 * Checks whether a port still accepts connections by connecting to it. Helidon does not report it
 * (4.5.0), and draining clients must not reconnect to this port.
 */
final class Accepting {
  private static final Duration PATIENCE = Duration.ofMillis(500);
  private static final Duration PROMPT = Duration.ofMillis(1);
  private static final Duration PAUSE = Duration.ofMillis(1);

  private final InetSocketAddress address;

  Accepting(InetAddress listener, int port) {
    var reachable = listener.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : listener;
    this.address = new InetSocketAddress(reachable, port);
  }

  /**
   * Waits until all earlier connections have been accepted, because the system resets those in the
   * backlog when the port is closed. A new connection queues behind them, and the server closes it
   * when nothing is sent on it. If that takes long, more connections may have arrived meanwhile.
   */
  void awaitAccepted() {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    for (long begin = System.nanoTime(); begin < deadline; begin = System.nanoTime()) {
      if (!isAccepted() || System.nanoTime() - begin < PROMPT.toNanos()) {
        return;
      }
    }
  }

  private boolean isAccepted() {
    try (var last = connect()) {
      last.shutdownOutput();
      last.setSoTimeout((int) PATIENCE.toMillis());
      return last.getInputStream().read() < 0;
    } catch (IOException _) {
      // The port is already closed, or there are too many connections.
      return false;
    }
  }

  /** Waits until the port refuses connections. */
  void awaitClosed() throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (isOpen() && System.nanoTime() < deadline) {
      Thread.sleep(PAUSE);
    }
  }

  private boolean isOpen() {
    try (var probe = connect()) {
      return probe.isConnected();
    } catch (IOException _) {
      return false;
    }
  }

  private Socket connect() throws IOException {
    var socket = new Socket();
    try {
      socket.connect(address, (int) PATIENCE.toMillis());
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }
}
