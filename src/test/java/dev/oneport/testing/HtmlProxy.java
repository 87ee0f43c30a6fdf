package dev.oneport.testing;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A proxy or login page that answers every request with HTML. */
public final class HtmlProxy implements AutoCloseable {
  private static final byte[] PAGE =
      "<html><body>Sign in to continue</body></html>".getBytes(StandardCharsets.UTF_8);
  private static final int HEADERS = 1;
  private static final int SETTINGS = 4;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;

  private final AutoCloseable server;
  private final int port;

  private HtmlProxy(AutoCloseable server, int port) {
    this.server = server;
    this.port = port;
  }

  /** A proxy on HTTP/1.1 only. */
  public static HtmlProxy http1(int status) {
    return http1(status, "text/html", PAGE);
  }

  /** Not a proxy but a server for HTTP/1.1 only, which answers every request with a pong. */
  public static HtmlProxy plainServer() {
    return http1(
        200, "application/json", "{\"message\":\"pong\"}".getBytes(StandardCharsets.UTF_8));
  }

  private static HtmlProxy http1(int status, String type, byte[] body) {
    try {
      var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/",
          exchange -> {
            exchange.getResponseHeaders().add("Content-Type", type);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
          });
      server.start();
      return new HtmlProxy(() -> server.stop(0), server.getAddress().getPort());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A proxy on HTTP/2 without TLS, with just enough of the protocol to answer the first request of
   * a connection.
   */
  public static HtmlProxy http2(int status) {
    try {
      var listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
      Thread.ofVirtual().start(() -> accept(listener, status));
      return new HtmlProxy(listener, listener.getLocalPort());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return port;
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static void accept(ServerSocket listener, int status) {
    while (!listener.isClosed()) {
      try {
        var client = listener.accept();
        Thread.ofVirtual().start(() -> answer(client, status));
      } catch (IOException e) {
        // Closed.
      }
    }
  }

  private static void answer(Socket client, int status) {
    try (client) {
      var in = client.getInputStream();
      var out = client.getOutputStream();
      in.readNBytes(24);
      out.write(Http2Bytes.frame(SETTINGS, 0, 0));
      while (true) {
        var head = ByteBuffer.wrap(in.readNBytes(9));
        var length = ((head.getShort() & 0xffff) << 8) | (head.get() & 0xff);
        var type = head.get();
        head.get();
        var stream = head.getInt();
        in.readNBytes(length);
        if (type == HEADERS) {
          out.write(Http2Bytes.frame(HEADERS, END_HEADERS, stream, headers(status)));
          out.write(Http2Bytes.frame(0, END_STREAM, stream, PAGE));
          out.flush();
        }
      }
    } catch (IOException | java.nio.BufferUnderflowException e) {
      // The client is gone.
    }
  }

  /** {@code :status} and {@code content-type} by their index in HPACK's static table. */
  private static byte[] headers(int status) {
    var block = new ByteArrayOutputStream();
    block.write(8);
    block.write(3);
    block.writeBytes(String.valueOf(status).getBytes(StandardCharsets.US_ASCII));
    block.write(15);
    block.write(16);
    block.write(9);
    block.writeBytes("text/html".getBytes(StandardCharsets.US_ASCII));
    return block.toByteArray();
  }
}
