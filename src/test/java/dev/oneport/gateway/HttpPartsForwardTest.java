package dev.oneport.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.Origin;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestTls;
import dev.oneport.transport.http2.RawClient;
import dev.oneport.transport.http2.frames.Frame;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Trailers, interim responses, and heads without content pass both ways. */
final class HttpPartsForwardTest {
  @SuppressWarnings("InlineFormatString")
  private static final String YAML =
      """
      upstreams: { a: { url: "%s" } }
      forward: [ { route: HTTP * /**, to: a } ]
      policy: { rules: [ { allow: [ anyone ], route: HTTP * /** } ] }
      """;

  private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n";

  private static RunningServer server(Origin origin) {
    return RunningServer.start(YAML.formatted(origin.url()));
  }

  /** A connection of HTTP/1.1, read as far as the test wants. */
  private static final class Raw implements AutoCloseable {
    private final Socket socket;

    Raw(RunningServer server, String request) throws IOException {
      socket = TestTls.connect(server.port());
      socket.setSoTimeout(10_000);
      send(request);
    }

    void send(String bytes) throws IOException {
      Origin.write(socket.getOutputStream(), bytes);
    }

    String until(String end) throws IOException {
      var text = new StringBuilder();
      while (!text.toString().endsWith(end)) {
        int b = socket.getInputStream().read();
        assertTrue(b >= 0, text.toString());
        text.append((char) b);
      }
      return text.toString();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private static Origin answering(String bytes) {
    return Origin.answering(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Trailer: X-Sum\r\n"})
  void trailersOfAResponseReachAClientOfHttp11(String announced) throws Exception {
    var bytes =
        CHUNKED
            + announced
            + "\r\n3\r\nabc\r\n0\r\nX-Sum: 7\r\nContent-Length: 9\r\nSet-Cookie: a=b\r\n\r\n";
    try (var origin = answering(bytes);
        var server = server(origin)) {
      // The second request shows that the connection is still in step.
      for (var te : List.of("", "TE: trailers\r\nConnection: TE\r\n")) {
        try (var raw = new Raw(server, "GET /x HTTP/1.1\r\nHost: a\r\n" + te + "\r\n")) {
          for (int i = 0; i < 2; i++) {
            var head = raw.until("\r\n\r\n").toLowerCase(Locale.ROOT);
            assertEquals(!announced.isEmpty(), head.contains("trailer: x-sum\r\n"), head);
            assertTrue(!head.contains("stream-result"), head);
            assertEquals("3\r\nabc\r\n0\r\nX-Sum: 7\r\n\r\n", raw.until("\r\n\r\n"));
            raw.send("GET /x HTTP/1.1\r\nHost: a\r\n" + te + "\r\n");
          }
        }
      }
    }
  }

  @Test
  void trailersOfAResponseReachAClientOfHttp2() throws Exception {
    try (var origin = answering(CHUNKED + "\r\n3\r\nabc\r\n0\r\nX-Sum: 7\r\nHost: b\r\n\r\n");
        var server = server(origin);
        var client = RawClient.connect(server.port())) {
      var response = client.get(1, "/x").response(1);
      assertEquals("abc", response.text());
      assertEquals("7", response.trailer("x-sum"));
      assertEquals("", response.trailer("host"));
    }
  }

  @Test
  void anHttp10ClientGetsTheContentAlone() throws Exception {
    try (var origin = answering(CHUNKED + "\r\n3\r\nabc\r\n0\r\nX-Sum: 7\r\n\r\n");
        var server = server(origin);
        var raw = new Raw(server, "GET /x HTTP/1.0\r\n\r\n")) {
      var all = new String(raw.socket.getInputStream().readAllBytes(), UTF_8);
      assertTrue(all.endsWith("\r\n\r\nabc"), all);
    }
  }

  /** What may not be in a trailer does not arrive, and what says who calls neither. */
  private static final String TRAILERS =
      """
      X-Sum: 7
      X-OnePort-Caller: mallory
      x_oneport_roles: admin
      Authorization: Basic YTpi
      Host: evil
      Content-Length: 3
      X-Forwarded-For: 6.6.6.6
      Transfer-Encoding: chunked
      """;

  private static Origin readingTrailers() {
    return Origin.of(
        (request, in, out) -> {
          var seen = new StringBuilder(request.head().contains("Trailer: X-Sum") ? "said " : "");
          for (var line = Origin.nextLine(in); ; line = Origin.nextLine(in)) {
            seen.append(line).append('|');
            if (line.isEmpty()) {
              Origin.write(out, Origin.response(200, seen.toString()));
              return true;
            }
          }
        });
  }

  @Test
  void trailersOfARequestReachTheUpstream() throws Exception {
    try (var origin = readingTrailers();
        var server = server(origin);
        var raw =
            new Raw(
                server,
                "POST /x HTTP/1.1\r\nHost: a\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "3\r\nabc\r\n0\r\n"
                    + TRAILERS.replace("\n", "\r\n")
                    + "\r\n")) {
      assertTrue(raw.until("||").endsWith("\r\n\r\nsaid 3|abc|0|X-Sum: 7||"));
    }
  }

  @Test
  void trailersOfARequestOnHttp2ReachTheUpstream() throws Exception {
    try (var origin = readingTrailers();
        var server = server(origin);
        var client = RawClient.connect(server.port())) {
      var response =
          client
              .post(1, "/x", "trailer", "X-Sum", "content-length", "3")
              .data(1, false, "abc".getBytes(UTF_8))
              .headers(1, true, "x-sum", "7", "x_oneport-caller", "mallory", "host", "evil")
              .response(1);
      assertEquals("said 3|abc|0|x-sum: 7||", response.text());
    }
  }

  private static final String HINTS =
      "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\nConnection: X-Mine\r\nX-Mine: 1\r\n\r\n";

  @Test
  void earlyHintsPassBeforeTheResponse() throws Exception {
    var seen = new CountDownLatch(1);
    try (var origin =
            Origin.of(
                (_, _, out) -> {
                  Origin.write(out, HINTS + HINTS);
                  await(seen);
                  Origin.write(out, Origin.response(200, "ok"));
                  return true;
                });
        var server = server(origin);
        var raw = new Raw(server, "GET /x HTTP/1.1\r\nHost: a\r\n\r\n")) {
      assertEquals("HTTP/1.1 103 \r\nLink: </a.css>\r\n\r\n", raw.until("\r\n\r\n"));
      assertEquals("HTTP/1.1 103 \r\nLink: </a.css>\r\n\r\n", raw.until("\r\n\r\n"));
      seen.countDown();
      assertTrue(raw.until("ok").startsWith("HTTP/1.1 200"));
      try (var old = new Raw(server, "GET /x HTTP/1.0\r\n\r\n")) {
        assertTrue(old.until("ok").startsWith("HTTP/1.1 200"));
      }
    }
  }

  @Test
  void earlyHintsPassOnHttp2() throws Exception {
    try (var origin = answering(HINTS + Origin.response(200, "ok"));
        var server = server(origin);
        var client = RawClient.connect(server.port())) {
      var first = client.get(1, "/x").awaitType(Frame.HEADERS);
      assertEquals(
          ":status: 103, link: </a.css>",
          String.join(
              ", ",
              client.decode(first).stream().map(it -> it.name() + ": " + it.value()).toList()));
      assertEquals("ok", client.response(1).text());
    }
  }

  /** An event stream that says nothing yet, of either framing. */
  @ParameterizedTest
  @ValueSource(strings = {"Transfer-Encoding: chunked\r\n", "Content-Length: 6\r\n", ""})
  void aHeadArrivesBeforeThereIsContent(String framing) throws Exception {
    var seen = new CountDownLatch(2);
    var content = framing.contains("chunked") ? "6\r\nabcdef\r\n0\r\n\r\n" : "abcdef";
    try (var origin =
            Origin.of(
                (_, _, out) -> {
                  Origin.write(out, "HTTP/1.1 200 OK\r\nX-A: b\r\n" + framing + "\r\n");
                  seen.countDown();
                  await(seen);
                  Origin.write(out, content);
                  return !framing.isEmpty();
                });
        var server = server(origin)) {
      try (var raw = new Raw(server, "GET /x HTTP/1.1\r\nHost: a\r\n\r\n")) {
        var head = raw.until("\r\n\r\n").toLowerCase(Locale.ROOT);
        assertTrue(head.contains("\r\nx-a: b\r\n"), head);
        assertEquals(framing.contains("Length"), head.contains("\r\ncontent-length: 6\r\n"), head);
        assertEquals(!framing.contains("Length"), head.contains("transfer-encoding: chunked"));
        seen.countDown();
        assertTrue(raw.until("abcdef").matches("(6\\r\\n)?abcdef"));
      }
    }
  }

  @Test
  void aHeadArrivesBeforeThereIsContentOnHttp2() throws Exception {
    var seen = new CountDownLatch(1);
    try (var origin =
            Origin.of(
                (_, _, out) -> {
                  Origin.write(out, CHUNKED + "\r\n");
                  await(seen);
                  Origin.write(out, "1\r\na\r\n0\r\n\r\n");
                  return true;
                });
        var server = server(origin);
        var client = RawClient.connect(server.port())) {
      var head = client.get(1, "/x").awaitType(Frame.HEADERS);
      assertEquals("200", client.decode(head).getFirst().value());
      seen.countDown();
      client.await(frame -> frame.is(Frame.DATA) && frame.endsStream());
    }
  }

  @Test
  void partsOfAFileAreAskedForAndPassed() throws Exception {
    try (var origin =
            Origin.of(
                (request, _, out) -> {
                  assertEquals(List.of("bytes=2-4"), request.values("range"));
                  assertEquals(List.of("\"v1\""), request.values("if-range"));
                  Origin.write(
                      out,
                      "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 2-4/10\r\nETag: \"v1\"\r\n"
                          + "Accept-Ranges: bytes\r\nContent-Length: 3\r\n\r\ncde");
                  return true;
                });
        var server = server(origin);
        var raw =
            new Raw(
                server,
                "GET /x HTTP/1.1\r\nHost: a\r\nRange: bytes=2-4\r\nIf-Range: \"v1\"\r\n\r\n")) {
      var head = raw.until("\r\n\r\n").toLowerCase(Locale.ROOT);
      assertTrue(head.startsWith("http/1.1 206"), head);
      assertTrue(head.contains("content-range: bytes 2-4/10\r\n"), head);
      assertEquals("cde", raw.until("cde"));
    }
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      assertTrue(latch.await(10, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
