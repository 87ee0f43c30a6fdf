package dev.oneport.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A load balancer for servers that come and go: a new connection goes to the current server. */
public final class Balancer implements AutoCloseable {
  private static final int PIECE = 16 << 10;

  private final ServerSocket accepting;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile int target;

  public Balancer(int target) {
    this.target = target;
    try {
      accepting = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (TestTls.speaks(target)) {
      TestTls.opened(port());
    }
    Thread.startVirtualThread(this::accept);
  }

  public int port() {
    return accepting.getLocalPort();
  }

  /** Sends new connections to another server. */
  public void switchTo(int port) {
    target = port;
  }

  private void accept() {
    try {
      while (true) {
        var client = accepting.accept();
        open.add(client);
        Thread.startVirtualThread(() -> connect(client));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void connect(Socket client) {
    try {
      var server = new Socket(InetAddress.getLoopbackAddress(), target);
      open.add(server);
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      Thread.startVirtualThread(() -> pump(client, server));
      pump(server, client);
    } catch (IOException e) {
      abort(client);
    }
  }

  private void pump(Socket from, Socket to) {
    var piece = new byte[PIECE];
    try {
      var in = from.getInputStream();
      var out = to.getOutputStream();
      for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
        out.write(piece, 0, read);
      }
      to.shutdownOutput();
    } catch (IOException e) {
      abort(from);
      abort(to);
    }
  }

  private void abort(Socket socket) {
    open.remove(socket);
    try {
      socket.close();
    } catch (IOException e) {
      // The connection is gone either way.
    }
  }

  @Override
  public void close() throws IOException {
    TestTls.closed(port());
    accepting.close();
    open.forEach(this::abort);
  }
}
