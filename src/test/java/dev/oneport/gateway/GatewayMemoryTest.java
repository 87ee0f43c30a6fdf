package dev.oneport.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.Origin;
import dev.oneport.testing.ServerProcess;
import dev.oneport.testing.TestTls;
import dev.oneport.transport.websocket.OriginSocket;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What passes is not held: transfers of any size, and sockets that say nothing. With {@code
 * -Doneport.test.long=true} the transfers have 1 GiB each, and there are 4,000 sockets.
 */
@Timeout(300)
final class GatewayMemoryTest {
  private static final System.Logger LOG = System.getLogger(GatewayMemoryTest.class.getName());
  private static final boolean LONG = Boolean.getBoolean("oneport.test.long");
  private static final long SIZE = LONG ? 1L << 30 : 128L << 20;
  private static final int SOCKETS = LONG ? 4000 : 200;
  private static final long MOST_ABOVE_IDLE = 64L << 20;
  private static final long MOST_PER_SOCKET = 128 << 10;
  private static final byte[] PART = new byte[64 << 10];

  @SuppressWarnings("InlineFormatString")
  private static final String YAML =
      """
      server: { max-body-size: 1GiB }
      upstreams: { a: { url: "%s" } }
      forward: [ { route: HTTP * /**, to: a }, { route: WS /**, to: a } ]
      policy: { rules: [ { allow: [ anyone ], route: [ HTTP * /**, WS /** ] } ] }
      """;

  @TempDir private Path folder;

  private ServerProcess start(Origin origin) throws IOException {
    Files.writeString(folder.resolve("application.yaml"), YAML.formatted(origin.url()));
    return ServerProcess.start(
        Map.of("PORT", "0", "JAVA_TOOL_OPTIONS", "-Xmx512m -XX:+UseCompactObjectHeaders"),
        folder,
        "serve");
  }

  @Test
  void transfersTakeLittleMemory() throws Exception {
    try (var origin = Origin.of(GatewayMemoryTest::transfer);
        var server = start(origin)) {
      int port = server.port();
      upload(port, 1 << 20);
      assertEquals(1 << 20, download(port, 1 << 20));
      server.forgetPeakMemory();
      long idle = server.peakMemory();
      upload(port, SIZE);
      long up = server.peakMemory() - idle;
      assertEquals(SIZE, download(port, SIZE));
      long both = server.peakMemory() - idle;
      LOG.log(Level.INFO, "above idle: upload {0} KiB, download {1} KiB", up >> 10, both >> 10);
      assertTrue(both < MOST_ABOVE_IDLE, both + " bytes above idle");
    }
  }

  private static boolean transfer(Origin.Request request, InputStream in, OutputStream out)
      throws IOException {
    if (request.line().startsWith("PUT")) {
      long left = Long.parseLong(request.values("content-length").getFirst());
      var bytes = new byte[PART.length];
      while (left > 0) {
        int read = in.read(bytes, 0, (int) Math.min(left, bytes.length));
        if (read < 0) {
          return false;
        }
        left -= read;
      }
      Origin.write(out, Origin.response(200, "ok"));
      return true;
    }
    long size = Long.parseLong(request.line().replaceAll("\\D+(\\d+) .*", "$1"));
    Origin.write(out, "HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n");
    for (long left = size; left > 0; left -= PART.length) {
      out.write(PART, 0, (int) Math.min(left, PART.length));
    }
    return true;
  }

  private static void upload(int port, long size) throws IOException {
    try (var socket = TestTls.connect(port)) {
      var out = socket.getOutputStream();
      Origin.write(
          out, "PUT /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + size + "\r\n\r\n");
      for (long left = size; left > 0; left -= PART.length) {
        out.write(PART, 0, (int) Math.min(left, PART.length));
      }
      assertTrue(head(new BufferedInputStream(socket.getInputStream())).startsWith("HTTP/1.1 200"));
    }
  }

  private static long download(int port, long size) throws IOException {
    try (var socket = TestTls.connect(port)) {
      Origin.write(
          socket.getOutputStream(),
          "GET /" + size + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
      var in = new BufferedInputStream(socket.getInputStream());
      head(in);
      long count = 0;
      var bytes = new byte[PART.length];
      for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
        count += read;
      }
      return count;
    }
  }

  private static String head(InputStream in) throws IOException {
    var head = new StringBuilder();
    for (var line = Origin.nextLine(in); !line.isEmpty(); line = Origin.nextLine(in)) {
      head.append(line).append('\n');
    }
    return head.toString();
  }

  @Test
  void idleSocketsTakeLittleMemory() throws Exception {
    try (var origin = Origin.of(GatewayMemoryTest::handshake);
        var server = start(origin)) {
      int port = server.port();
      var sockets = new ArrayList<Socket>();
      try {
        open(port, sockets, 20);
        server.forgetPeakMemory();
        long before = server.peakMemory();
        open(port, sockets, SOCKETS);
        long each = (server.peakMemory() - before) / SOCKETS;
        LOG.log(Level.INFO, "{0} sockets, {1} KiB each", SOCKETS, each >> 10);
        assertTrue(each < MOST_PER_SOCKET, each + " bytes each");
      } finally {
        for (var socket : sockets) {
          socket.close();
        }
      }
    }
  }

  private static boolean handshake(Origin.Request request, InputStream in, OutputStream out)
      throws IOException {
    var key = request.values("sec-websocket-key").getFirst();
    Origin.write(
        out,
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Accept: "
            + OriginSocket.accept(key)
            + "\r\n\r\n");
    return in.read() >= 0;
  }

  private static void open(int port, List<Socket> sockets, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      var socket = TestTls.connect(port);
      sockets.add(socket);
      Origin.write(
          socket.getOutputStream(),
          String.join(
              "\r\n",
              "GET /live HTTP/1.1",
              "Host: localhost",
              "Connection: Upgrade",
              "Upgrade: websocket",
              "Sec-WebSocket-Version: 13",
              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
              "",
              ""));
      assertTrue(head(socket.getInputStream()).startsWith("HTTP/1.1 101"));
    }
  }
}
