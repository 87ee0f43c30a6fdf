package dev.oneport.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * A TCP proxy whose connections can be cut or silenced, and whose server can be replaced after a
 * restart.
 */
public final class CuttingProxy implements AutoCloseable {
  /** What does not come through, as in a partition of the network; connections stay open. */
  public enum Silence {
    NONE,
    TO_SERVER,
    FROM_SERVER,
    BOTH
  }

  private volatile Silence silence = Silence.NONE;
  private final ServerSocket listener;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile int target;

  public CuttingProxy(int target) {
    try {
      this.listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.target = target;
    Thread.ofVirtual().start(this::accept);
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** Sends new connections to this port. */
  public void target(int port) {
    this.target = port;
  }

  /** Holds back all bytes in these directions until the next call with {@link Silence#NONE}. */
  public void silence(Silence next) {
    silence = next;
  }

  /** Resets all connections, on both sides. */
  public void cut() {
    open.forEach(CuttingProxy::reset);
    open.clear();
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    cut();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        var client = listener.accept();
        Thread.ofVirtual().start(() -> connect(client));
      } catch (IOException e) {
        // Closed.
      }
    }
  }

  private void connect(Socket client) {
    open.add(client);
    try {
      var server = new Socket(InetAddress.getLoopbackAddress(), target);
      open.add(server);
      server.setTcpNoDelay(true);
      client.setTcpNoDelay(true);
      Thread.ofVirtual().start(() -> pump(client, server, Silence.TO_SERVER));
      pump(server, client, Silence.FROM_SERVER);
    } catch (IOException e) {
      reset(client);
    }
  }

  private void pump(Socket from, Socket to, Silence held) {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      var buffer = new byte[8192];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        awaitEndOf(held);
        out.write(buffer, 0, read);
      }
      awaitEndOf(held);
      to.shutdownOutput();
    } catch (IOException e) {
      reset(from);
      reset(to);
    } finally {
      if (from.isClosed() || (to.isOutputShutdown() && from.isOutputShutdown())) {
        open.remove(from);
        open.remove(to);
      }
    }
  }

  private void awaitEndOf(Silence held) {
    while ((silence == held || silence == Silence.BOTH) && !listener.isClosed()) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      // It was closed already.
    }
  }
}
