package dev.oneport.identity;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * An HTTP proxy that leads every tunnel to one local port, and answers requests in plain text
 * itself. It may want a user.
 */
final class LoopbackProxy implements AutoCloseable {
  private final ServerSocket listener;
  private final int target;
  private final String credentials;
  private final String answer;
  private final List<String> requests = new CopyOnWriteArrayList<>();

  /**
   * Starts a proxy.
   *
   * @param target the port at which tunnels end
   * @param credentials what it wants as Basic credentials; empty for none
   * @param answer the answer to requests in plain text
   */
  LoopbackProxy(int target, String credentials, String answer) {
    try {
      this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.target = target;
    this.credentials = credentials;
    this.answer = answer;
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** The request lines that it let through. */
  List<String> requests() {
    return List.copyOf(requests);
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        var client = listener.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        // Closed.
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      var head = head(client.getInputStream());
      while (!head.isEmpty()) {
        var line = head.lines().findFirst().orElse("");
        if (!credentials.isEmpty() && !head.contains("Basic " + credentials + "\r\n")) {
          send(client, "HTTP/1.1 407 X\r\nProxy-Authenticate: Basic realm=\"x\"\r\n", "");
        } else if (line.startsWith("CONNECT ")) {
          requests.add(line);
          tunnel(client);
          return;
        } else {
          requests.add(line);
          send(client, "HTTP/1.1 200 OK\r\n", answer);
        }
        head = head(client.getInputStream());
      }
    } catch (IOException e) {
      // The client has gone.
    }
  }

  private static void send(Socket client, String head, String body) throws IOException {
    var text = head + "Content-Length: " + body.length() + "\r\n\r\n" + body;
    client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private void tunnel(Socket client) throws IOException {
    try (var server = new Socket(InetAddress.getLoopbackAddress(), target)) {
      client.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      Thread.ofVirtual().start(() -> copy(server, client));
      client.getInputStream().transferTo(server.getOutputStream());
    }
  }

  private static void copy(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // One side has gone.
    }
  }

  private static String head(InputStream in) throws IOException {
    var head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        return "";
      }
      head.write(next);
    }
    return head.toString(StandardCharsets.US_ASCII);
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
