package dev.oneport.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.Origin;
import dev.oneport.testing.RawHttp;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestTls;
import dev.oneport.testing.TextSocket;
import dev.oneport.transport.http2.Await;
import dev.oneport.transport.http2.RawServer;
import dev.oneport.transport.websocket.OriginSocket;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.Socket;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever an upstream does wrong on a WebSocket ends that socket as the error table says. */
@Timeout(60)
final class HostileSocketUpstreamTest {
  @SuppressWarnings("InlineFormatString")
  private static final String YAML =
      """
      upstreams: { a: { url: "http://127.0.0.1:%d", first-byte-timeout: 500ms, idle-timeout: 500ms } }
      forward: [ { route: WS /live, to: a } ]
      policy: { rules: [ { allow: [ anyone ], route: WS /live } ] }
      """;

  private static final String UNAVAILABLE =
      "closed 1013 the service behind this one cannot be reached";

  /** As much as an endless answer may make a sender send: what the sockets of both ends hold. */
  private static final long MOST = 16 << 20;

  /** Writes to a connection after its handshake. */
  interface Script {
    void act(Socket socket) throws IOException;
  }

  record Row(String name, Script script) {
    /** Sends these bytes, and stays connected. */
    Row(String name, String hex) {
      this(
          name,
          socket -> socket.getOutputStream().write(HexFormat.of().parseHex(hex.replace(" ", ""))));
    }

    /** Sends these bytes, and ends the connection. */
    static Script ending(String hex) {
      return socket -> {
        new Row("", hex).script.act(socket);
        socket.close();
      };
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Row> rows() {
    return Stream.of(
        new Row("a masked frame", "8185 00000000 68656c6c6f"),
        new Row("a reserved bit", "c1 05 68656c6c6f"),
        new Row("two reserved bits", "b1 00"),
        new Row("a reserved opcode", "83 00"),
        new Row("a reserved control frame", "8b 00"),
        new Row("a ping in fragments", "09 00"),
        new Row("a ping of 126 bytes", "89 7e 007e"),
        new Row("a close in fragments", "08 02 03e8"),
        new Row("a continuation of nothing", "80 00"),
        new Row("a text within a text", "01 01 61 81 01 62"),
        new Row("a binary within a text", "01 01 61 82 01 62"),
        new Row("a length of 16 bits that needs 7", "81 7e 0005 68656c6c6f"),
        new Row("a length of 64 bits that needs 16", "81 7f 0000000000000005 68656c6c6f"),
        new Row("a negative length", "81 7f ffffffffffffffff"),
        new Row("a text that is not UTF-8", "81 02 c328"),
        new Row("a text that ends in a character", "81 02 e282"),
        new Row("a character that is never completed", "01 02 e282 80 01 41"),
        new Row("a surrogate", "81 03 eda080"),
        new Row("a close of one byte", "88 01 03"),
        new Row("a close with a code that none may send", "88 02 03ed"),
        new Row("a close with a code below 1000", "88 02 03e7"),
        new Row("a close whose reason is not UTF-8", "88 04 03e8 c328"),
        new Row("the end in a frame", Row.ending("81 05 6865")),
        new Row("the end in a length", Row.ending("81 7e 01")),
        new Row("the end in a close", Row.ending("88 0a 03e8 6162")),
        new Row("the end in a ping", Row.ending("89 05 6162")),
        new Row("the end within a message", Row.ending("01 01 61")),
        new Row(
            "a reset",
            socket -> {
              socket.setSoLinger(true, 0);
              socket.close();
            }),
        new Row(
            "HTTP", socket -> Origin.write(socket.getOutputStream(), Origin.response(200, "x"))),
        new Row(
            "HTML",
            socket -> Origin.write(socket.getOutputStream(), "<html><body>hello</body></html>")));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void itsSocketEndsAndTheNextDoesNot(Row row) throws Exception {
    var sockets = new AtomicInteger();
    try (var upstream =
            RawServer.of(
                socket ->
                    serve(
                        socket,
                        sockets.getAndIncrement() == 0
                            ? row.script()
                            : HostileSocketUpstreamTest::hello));
        var server = RunningServer.start(YAML.formatted(upstream.port()));
        var client = TextSocket.open(server.port(), "/live")) {
      assertEquals(UNAVAILABLE, client.next());
      try (var other = TextSocket.open(server.port(), "/live")) {
        assertEquals("hello", other.next());
      }
      server.stop();
      var lines = server.audit().lines();
      assertTrue(
          lines.stream()
              .anyMatch(it -> it.contains("\"ended\"") && it.contains("UPSTREAM_UNAVAILABLE")),
          lines::toString);
    }
  }

  private static void hello(Socket socket) throws IOException {
    socket.getOutputStream().write(HexFormat.of().parseHex("810568656c6c6f"));
  }

  /** Answers the handshake, acts, and waits until the other side has enough. */
  private static void serve(Socket socket, Script script) {
    try (socket) {
      var in = new BufferedInputStream(socket.getInputStream());
      var key = "";
      for (var line = Origin.nextLine(in); !line.isEmpty(); line = Origin.nextLine(in)) {
        if (line.regionMatches(true, 0, "sec-websocket-key:", 0, 18)) {
          key = line.substring(18).strip();
        }
      }
      Origin.write(
          socket.getOutputStream(),
          "HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n"
              .formatted(OriginSocket.accept(key)));
      script.act(socket);
      var _ = in.readAllBytes();
    } catch (IOException _) {
      // the connection ended
    }
  }

  /** The client does not read: the upstream must wait, and no memory is taken for it. */
  @Test
  void anEndlessMessageIsNotHeld() throws Exception {
    var sent = new AtomicLong();
    var frame = HexFormat.of().parseHex("027e4000" + "00".repeat(0x4000));
    Script endless =
        socket -> {
          for (; sent.get() < 100_000_000; sent.addAndGet(frame.length)) {
            socket.getOutputStream().write(frame);
            frame[0] = 0;
          }
        };
    try (var upstream = RawServer.of(socket -> serve(socket, endless));
        var server = RunningServer.start(YAML.formatted(upstream.port()))) {
      try (var client = TestTls.connect(server.port())) {
        client.setReceiveBufferSize(1 << 16);
        Origin.write(client.getOutputStream(), upgrade());
        var before = new AtomicLong(-1);
        Await.until("much was sent", () -> sent.get() > 0);
        Await.until("no more is sent", () -> before.getAndSet(sent.get()) == sent.get());
      }
      assertTrue(sent.get() < MOST, () -> sent + " bytes were sent");
    }
  }

  /** What is no handshake, and what takes too long. */
  @ParameterizedTest
  @CsvSource({
    "silence, 504",
    "half a head, 504",
    "reset, 502",
    "endless fields, 502",
    "HTTP/2, 502"
  })
  void aHandshakeThatFailsIsARowOfTheTable(String kind, int status) throws Exception {
    var sent = new AtomicLong();
    try (var upstream = RawServer.of(socket -> refuse(socket, kind, sent));
        var server = RunningServer.start(YAML.formatted(upstream.port()))) {
      var answer = RawHttp.send(server.port(), upgrade());
      assertEquals(status, answer.status(), answer.head());
      assertTrue(sent.get() < MOST, () -> sent + " bytes were sent");
    }
  }

  private static void refuse(Socket socket, String kind, AtomicLong sent) {
    try (socket) {
      var in = new BufferedInputStream(socket.getInputStream());
      while (!Origin.nextLine(in).isEmpty()) {}
      var out = socket.getOutputStream();
      switch (kind) {
        case "half a head" -> Origin.write(out, "HTTP/1.1 101 X\r\n");
        case "reset" -> socket.setSoLinger(true, 0);
        case "endless fields" -> {
          Origin.write(out, "HTTP/1.1 101 X\r\n");
          for (; sent.get() < 100_000_000; sent.addAndGet(1004)) {
            Origin.write(out, "X: " + "y".repeat(999) + "\r\n");
          }
        }
        case "HTTP/2" -> out.write("PRI * HTTP/2.0\r\n\r\n".getBytes(US_ASCII));
        default -> {}
      }
      if (!kind.equals("reset")) {
        var _ = in.readAllBytes();
      }
    } catch (IOException _) {
      // the connection ended
    }
  }

  private static String upgrade() {
    return String.join(
        "\r\n",
        "GET /live HTTP/1.1",
        "Host: localhost",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "",
        "");
  }
}
