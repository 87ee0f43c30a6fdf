package dev.oneport.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A proxy between a client and a server that interferes, as proxies for HTTP/1.0 do. */
public final class MeddlingProxy implements AutoCloseable {
  /** Buffered data is passed on after this long without more data. */
  private static final int QUIET_MILLIS = 400;

  /** Copies data from one side to the other. */
  @FunctionalInterface
  private interface Pump {
    void run(Socket from, Socket to) throws IOException;
  }

  private final ServerSocket listener;
  private final int target;
  private final Pump up;
  private final Pump down;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  private MeddlingProxy(int target, Pump up, Pump down) {
    try {
      this.listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.target = target;
    this.up = up;
    this.down = down;
    Thread.ofVirtual().start(this::accept);
  }

  /** Removes the upgrade headers. */
  public static MeddlingProxy withoutUpgrade(int target) {
    return new MeddlingProxy(target, MeddlingProxy::withoutUpgrade, MeddlingProxy::copy);
  }

  /** Collects the server's data, and passes it on all at once. */
  public static MeddlingProxy buffering(int target) {
    return new MeddlingProxy(target, MeddlingProxy::copy, MeddlingProxy::buffer);
  }

  public int port() {
    return listener.getLocalPort();
  }

  @Override
  public void close() {
    try {
      listener.close();
      for (var socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        var client = listener.accept();
        var server = new Socket(InetAddress.getLoopbackAddress(), target);
        open.add(client);
        open.add(server);
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        Thread.ofVirtual().start(() -> pump(up, client, server));
        Thread.ofVirtual().start(() -> pump(down, server, client));
      } catch (IOException e) {
        // Closed.
      }
    }
  }

  private void pump(Pump pump, Socket from, Socket to) {
    try (from;
        to) {
      pump.run(from, to);
    } catch (IOException e) {
      // One side closed; close the other, too.
    } finally {
      open.remove(from);
      open.remove(to);
    }
  }

  private static void copy(Socket from, Socket to) throws IOException {
    from.getInputStream().transferTo(to.getOutputStream());
  }

  private static void buffer(Socket from, Socket to) throws IOException {
    from.setSoTimeout(QUIET_MILLIS);
    var held = new ByteArrayOutputStream();
    while (true) {
      try {
        int next = from.getInputStream().read();
        if (next < 0) {
          break;
        }
        held.write(next);
      } catch (SocketTimeoutException e) {
        pass(held, to.getOutputStream());
      }
    }
    pass(held, to.getOutputStream());
  }

  private static void pass(ByteArrayOutputStream held, OutputStream to) throws IOException {
    held.writeTo(to);
    held.reset();
  }

  private static void withoutUpgrade(Socket from, Socket to) throws IOException {
    var head = head(from.getInputStream());
    var kept = head.replaceAll("(?im)^(Upgrade|Connection|HTTP2-Settings):.*\r\n", "");
    to.getOutputStream().write(kept.getBytes(StandardCharsets.ISO_8859_1));
    copy(from, to);
  }

  /** The HTTP/2 preface also ends with an empty line. */
  private static String head(InputStream in) throws IOException {
    var head = new StringBuilder();
    for (int next = in.read(); next >= 0; next = in.read()) {
      head.append((char) next);
      if (head.lastIndexOf("\r\n\r\n") == head.length() - 4 && head.length() >= 4) {
        break;
      }
    }
    return head.toString();
  }
}
