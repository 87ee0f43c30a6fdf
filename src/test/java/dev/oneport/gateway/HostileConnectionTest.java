package dev.oneport.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.Dialect;
import dev.oneport.testing.Origin;
import dev.oneport.testing.RawHttp;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestTls;
import dev.oneport.transport.http2.Await;
import dev.oneport.transport.http2.RawServer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What an upstream does to its connections is one call's failure, and the next call gets its own
 * answer.
 */
@Timeout(60)
final class HostileConnectionTest {
  @SuppressWarnings("InlineFormatString")
  private static final String YAML =
      """
      upstreams: { a: { url: "%s"%s, first-byte-timeout: 500ms, idle-timeout: 500ms } }
      forward: [ { route: HTTP * /**, to: a } ]
      policy: { rules: [ { allow: [ anyone ], route: HTTP * /** } ] }
      """;

  private static final String OK = "HTTP/1.1 200 OK\r\n";
  private static final String CHUNKED = OK + "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n";
  private static final String STOLEN = OK + "Content-Length: 5\r\n\r\nstole";

  /** As much as an endless answer may make a sender send: what the sockets of both ends hold. */
  private static final long MOST = 16 << 20;

  private interface Script {
    void answer(Socket socket, OutputStream out) throws IOException;
  }

  record Row(String name, Script script, int status, String reason) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** 0 for a response that was cut off. */
  static Stream<Row> rows() {
    return Stream.of(
        new Row("reset before an answer", (it, _) -> reset(it), 502, "UPSTREAM_UNAVAILABLE"),
        new Row(
            "reset in a head",
            (it, out) -> {
              Origin.write(out, OK);
              reset(it);
            },
            502,
            "UPSTREAM_UNAVAILABLE"),
        new Row("silent in a head", (_, out) -> Origin.write(out, OK), 504, "UPSTREAM_TIMEOUT"),
        new Row(
            "silent in the content",
            (_, out) -> Origin.write(out, OK + "Content-Length: 5\r\n\r\nab"),
            0,
            "UPSTREAM_TIMEOUT"),
        new Row(
            "silent in the chunks", (_, out) -> Origin.write(out, CHUNKED), 0, "UPSTREAM_TIMEOUT"),
        new Row(
            "closed in the chunks",
            (it, out) -> {
              Origin.write(out, CHUNKED);
              it.close();
            },
            0,
            "UPSTREAM_UNAVAILABLE"),
        new Row(
            "silent before its trailers",
            (_, out) -> Origin.write(out, CHUNKED + "0\r\n"),
            0,
            "UPSTREAM_TIMEOUT"),
        new Row(
            "HTTP/2",
            (_, out) -> out.write(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0}),
            504,
            "UPSTREAM_TIMEOUT"),
        new Row(
            "HTTP/2 and its end",
            (it, out) -> {
              out.write(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0});
              it.close();
            },
            502,
            "UPSTREAM_UNAVAILABLE"),
        new Row(
            "TLS",
            (_, out) -> out.write(new byte[] {21, 3, 3, 0, 2, 2, 10, '\r', '\n'}),
            502,
            "UPSTREAM_UNAVAILABLE"));
  }

  private static void reset(Socket socket) throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void oneCallFailsAndTheNextDoesNot(Row row) throws Exception {
    var connections = new AtomicInteger();
    try (var upstream =
            RawServer.of(
                socket -> serve(socket, connections.getAndIncrement() == 0 ? row.script() : null));
        var server = server("http://127.0.0.1:" + upstream.port(), "")) {
      var answer =
          all(
              server.port(),
              "POST /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
      if (row.status() == 0) {
        assertTrue(!answer.endsWith("0\r\n\r\n") && !answer.contains("problem"), answer);
      } else {
        assertTrue(answer.startsWith("HTTP/1.1 " + row.status()), answer);
        Dialect.all().forEach(it -> assertEquals(1, it.messages(answer).size(), answer));
      }
      assertEquals("GET /y HTTP/1.1", RawHttp.get(server.port(), "/y").body());
      assertEquals(2, upstream.connections());
      server.stop();
      var line = server.audit().lines().getFirst();
      assertTrue(line.contains("\"reason\":\"" + row.reason() + "\""), line);
    }
  }

  /** Answers requests with their first line, or the first one as told. */
  private static void serve(Socket socket, @Nullable Script script) {
    try (socket) {
      var in = new BufferedInputStream(socket.getInputStream());
      var out = socket.getOutputStream();
      while (true) {
        var line = head(in);
        if (script == null) {
          Origin.write(out, Origin.response(200, line));
        } else {
          script.answer(socket, out);
        }
      }
    } catch (IOException _) {
      // the connection ended
    }
  }

  private static String head(InputStream in) throws IOException {
    var first = Origin.nextLine(in);
    while (!Origin.nextLine(in).isEmpty()) {}
    return first;
  }

  /** 100 MB at most. */
  @ParameterizedTest
  @ValueSource(strings = {OK, "HTTP/1.1 103 Early Hints\r\n", CHUNKED + "0\r\n"})
  void endlessFieldsAreNotRead(String beginning) throws Exception {
    var field = "X: " + "y".repeat(1000) + "\r\n";
    var sent = new AtomicLong();
    Script endless =
        (_, out) -> {
          Origin.write(out, beginning);
          for (; sent.get() < 100_000_000; sent.addAndGet(field.length())) {
            Origin.write(out, field);
          }
        };
    var connections = new AtomicInteger();
    try (var upstream =
            RawServer.of(
                socket -> serve(socket, connections.getAndIncrement() == 0 ? endless : null));
        var server = server("http://127.0.0.1:" + upstream.port(), "")) {
      var answer = all(server.port(), "GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
      var cut = beginning.startsWith(CHUNKED);
      assertEquals(cut, !answer.contains("UPSTREAM_UNAVAILABLE"), answer);
      assertTrue(!answer.contains("yyy") && !answer.endsWith("0\r\n\r\n"), answer);
      assertEquals("GET /y HTTP/1.1", RawHttp.get(server.port(), "/y").body());
      assertTrue(sent.get() < MOST, () -> sent + " bytes were sent");
    }
  }

  /** Bytes that arrive on an idle connection are nobody's answer. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anAnswerThatNobodyAskedForIsNotTheNextOne(boolean tls) throws Exception {
    var connections = new AtomicInteger();
    var more = new AtomicInteger();
    try (var upstream =
            RawServer.of(
                accepted -> {
                  var first = connections.getAndIncrement() == 0;
                  try (var socket = tls ? TestTls.accepted(accepted) : accepted) {
                    var in = new BufferedInputStream(socket.getInputStream());
                    var line = head(in);
                    Origin.write(socket.getOutputStream(), Origin.response(200, line));
                    if (first) {
                      Await.until("the first caller is done", () -> more.get() == 1);
                      Origin.write(socket.getOutputStream(), STOLEN);
                      more.set(2);
                    }
                    serve(socket, null);
                  } catch (IOException _) {
                    // the connection ended
                  }
                });
        var server =
            server(
                (tls ? "https" : "http") + "://127.0.0.1:" + upstream.port(),
                tls ? ", ca: \"" + TestTls.certificate() + "\"" : "")) {
      assertEquals("GET /1 HTTP/1.1", RawHttp.get(server.port(), "/1").body());
      more.set(1);
      Await.until("more was sent", () -> more.get() == 2);
      Await.until("it has arrived", () -> hasReceived(upstream.port()));
      assertEquals("GET /2 HTTP/1.1", RawHttp.get(server.port(), "/2").body());
      assertEquals(2, upstream.connections());
    }
  }

  /** Whether bytes of the server on this port wait to be read. */
  private static boolean hasReceived(int port) {
    return Stream.of("/proc/net/tcp", "/proc/net/tcp6")
        .flatMap(file -> lines(Path.of(file)))
        .map(line -> line.strip().split("\\s+", -1))
        .anyMatch(it -> it[2].endsWith(":%04X".formatted(port)) && !it[4].endsWith(":00000000"));
  }

  private static Stream<String> lines(Path file) {
    try {
      return Files.readAllLines(file).stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A first answer may come too late to be told from one to the request. */
  @Test
  void anUpstreamThatSpeaksFirstDoesNotAnswerAnotherCaller() throws Exception {
    var said = new AtomicInteger();
    try (var upstream =
            RawServer.of(
                socket -> {
                  try {
                    Origin.write(socket.getOutputStream(), Origin.response(200, "unasked"));
                    said.incrementAndGet();
                    head(new BufferedInputStream(socket.getInputStream()));
                    socket.close();
                  } catch (IOException _) {
                    // the connection ended
                  }
                });
        var server = server("http://127.0.0.1:" + upstream.port(), "")) {
      for (int i = 0; i < 5; i++) {
        var answer = RawHttp.get(server.port(), "/" + i);
        assertTrue(answer.status() == 502 || answer.body().equals("unasked"), answer.body());
      }
    }
  }

  private static RunningServer server(String url, String more) {
    return RunningServer.start(YAML.formatted(url, more));
  }

  private static String all(int port, String request) throws IOException {
    try (var socket = TestTls.connect(port)) {
      socket.setSoTimeout(10_000);
      Origin.write(socket.getOutputStream(), request);
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    } catch (SocketException _) {
      return "reset";
    }
  }
}
