package dev.oneport.transport.http2;

import dev.oneport.transport.http2.flow.Threads;
import dev.oneport.transport.http2.frames.Frame;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** A server that does with each connection what a test wants, right or wrong. */
public final class RawServer implements AutoCloseable {
  private final ServerSocket listener;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger connections = new AtomicInteger();

  private RawServer(Consumer<Socket> script) {
    try {
      listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Threads.start("raw-server", () -> accept(script));
  }

  /** Each connection as it comes. */
  public static RawServer of(Consumer<Socket> script) {
    return new RawServer(script);
  }

  /** In HTTP/2: once a client has greeted, and its first request has begun. */
  public static RawServer http2(BiConsumer<RawClient, RawFrame> script) {
    return of(
        socket -> {
          try (var peer = RawClient.serving(socket)) {
            peer.settings();
            script.accept(peer, peer.awaitType(Frame.HEADERS));
            peer.awaitEnd();
          } catch (UncheckedIOException | AssertionError e) {
            // The client has had enough.
          }
        });
  }

  private void accept(Consumer<Socket> script) {
    while (!listener.isClosed()) {
      try {
        var socket = listener.accept();
        open.add(socket);
        connections.incrementAndGet();
        Threads.start("raw-server", () -> script.accept(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** How many connections there were. */
  public int connections() {
    return connections.get();
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
}
