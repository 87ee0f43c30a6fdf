package dev.oneport.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.regex.Pattern;

/**
 * Attacks on a port with limits for each address, from an address of this machine's own or from
 * many behind a proxy, which 127.0.0.1 must be.
 */
public final class AddressAttacks {
  private static final String ATTACKER = "127.0.0.66";
  private static final int CONNECTIONS = 1_000;
  private static final int CALLS = 200;
  private static final int ADDRESSES = 20_000;
  private static final int PATIENCE = 10_000;
  private static final Pattern OK = Pattern.compile("HTTP/1.1 200");

  private final int port;

  public AddressAttacks(int port) {
    this.port = port;
  }

  /**
   * Many connections of one address, and many calls on each.
   *
   * @param most how many connections may be served, and how many calls in any second
   */
  public void fromOneAddress(int most) throws IOException {
    var calls =
        "GET /ping HTTP/1.1\r\nHost: x\r\n\r\n".repeat(CALLS).getBytes(StandardCharsets.US_ASCII);
    var open = new ArrayList<Socket>();
    try {
      for (int i = 0; i < CONNECTIONS; i++) {
        open.add(connect());
      }
      // Connections are accepted in turn, so that now none waits for another's place.
      awaitEnd(open.getLast());
      int served = 0;
      int answered = 0;
      for (var socket : open) {
        try {
          socket.getOutputStream().write(calls);
          socket.shutdownOutput();
          var answers =
              new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
          served += answers.isEmpty() ? 0 : 1;
          answered += (int) OK.matcher(answers).results().count();
        } catch (IOException _) {
          // The server ended the connection, as it should.
        }
      }
      check(served <= most, served + " connections were served");
      check(answered < CONNECTIONS * CALLS / 10, answered + " calls were answered");
    } finally {
      for (var socket : open) {
        socket.close();
      }
    }
  }

  /** One call of each of many addresses, which a proxy forwards. */
  public void fromManyAddresses() throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(PATIENCE);
      var answers = new ByteArrayOutputStream();
      var reader = Thread.ofVirtual().start(() -> readAll(socket, answers));
      var out = socket.getOutputStream();
      for (int i = 0; i < ADDRESSES; i++) {
        var client = "2001:db8:%x:%x::1".formatted(i >>> 16, i & 0xFFFF);
        out.write(
            ("GET /ping HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: " + client + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
      }
      socket.shutdownOutput();
      reader.join();
      long answered = OK.matcher(answers.toString(StandardCharsets.ISO_8859_1)).results().count();
      check(answered == ADDRESSES, answered + " calls were answered");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void awaitEnd(Socket socket) {
    try {
      check(socket.getInputStream().read() < 0, "the last connection was answered");
    } catch (SocketTimeoutException e) {
      throw new IllegalStateException("the last connection was served", e);
    } catch (IOException _) {
      // The server ended the connection, as it should.
    }
  }

  private static void readAll(Socket socket, ByteArrayOutputStream answers) {
    try {
      socket.getInputStream().transferTo(answers);
    } catch (IOException _) {
      // What is missing is noticed.
    }
  }

  private Socket connect() throws IOException {
    var socket = new Socket();
    socket.bind(new InetSocketAddress(InetAddress.ofLiteral(ATTACKER), 0));
    socket.setSoTimeout(PATIENCE);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE);
    return socket;
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalStateException(otherwise);
    }
  }
}
