package dev.oneport.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Answers with the given bytes, as only a faulty server would. */
public final class ByteServer implements AutoCloseable {
  private static final String WEBSOCKET_SALT = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  /** Handles a connection once the head of its request has arrived. */
  @FunctionalInterface
  private interface Script {
    void answer(String head, InputStream in, OutputStream out) throws IOException;
  }

  private final ServerSocket listener;
  private final Script script;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger requests = new AtomicInteger();

  private ByteServer(Script script) {
    try {
      this.listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.script = script;
    Thread.ofVirtual().start(this::accept);
  }

  /** Accepts connections, and never answers. */
  public static ByteServer silent() {
    return new ByteServer((_, in, _) -> in.transferTo(OutputStream.nullOutputStream()));
  }

  /** Answers each request with these bytes, and ends the connection. */
  public static ByteServer answering(String bytes) {
    return new ByteServer((_, _, out) -> out.write(bytes.getBytes(StandardCharsets.UTF_8)));
  }

  /** Answers with these bytes, and then sends nothing more. */
  public static ByteServer beginning(String bytes) {
    return new ByteServer(
        (_, in, out) -> {
          out.write(bytes.getBytes(StandardCharsets.UTF_8));
          in.transferTo(OutputStream.nullOutputStream());
        });
  }

  /** Answers with the first text, and then repeats the second as long as the client reads it. */
  public static ByteServer endless(String begin, String rest) {
    return new ByteServer(
        (_, _, out) -> {
          out.write(begin.getBytes(StandardCharsets.UTF_8));
          while (true) {
            out.write(rest.getBytes(StandardCharsets.UTF_8));
          }
        });
  }

  /** Opens a WebSocket, and answers the first data with these frames. */
  public static ByteServer webSocket(byte[]... frames) {
    return new ByteServer(
        (head, in, out) -> {
          out.write(opening(head).getBytes(StandardCharsets.UTF_8));
          if (in.read() >= 0) {
            for (var frame : frames) {
              out.write(frame);
            }
          }
          in.transferTo(OutputStream.nullOutputStream());
        });
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** The number of requests so far. */
  public int requests() {
    return requests.get();
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
        Thread.ofVirtual().start(() -> answer(client));
      } catch (IOException e) {
        // Closed.
      }
    }
  }

  private void answer(Socket client) {
    open.add(client);
    try (client) {
      var in = client.getInputStream();
      var head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        int next = in.read();
        if (next < 0) {
          return;
        }
        head.append((char) next);
      }
      requests.incrementAndGet();
      script.answer(head.toString(), in, client.getOutputStream());
      client.shutdownOutput();
      in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // The client has closed the connection.
    } finally {
      open.remove(client);
    }
  }

  private static String opening(String head) {
    var key = head.replaceFirst("(?is).*\r\nSec-WebSocket-Key: *([^\r]*)\r\n.*", "$1");
    try {
      var digest =
          MessageDigest.getInstance("SHA-1")
              .digest((key + WEBSOCKET_SALT).getBytes(StandardCharsets.US_ASCII));
      return "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
          + "Sec-WebSocket-Accept: "
          + Base64.getEncoder().encodeToString(digest)
          + "\r\n\r\n";
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
