package dev.oneport.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.Origin;
import dev.oneport.testing.RawHttp;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestTls;
import dev.oneport.transport.http2.Await;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever an upstream does wrong is its failure, in the words of the error table, and nothing of
 * it reaches the next call. Nothing is sent twice that may not be.
 */
final class HostileUpstreamTest {
  @SuppressWarnings("InlineFormatString")
  private static final String YAML =
      """
      upstreams: { a: { url: "%s", first-byte-timeout: 400ms, idle-timeout: 400ms } }
      forward: [ { route: HTTP * /**, to: a } ]
      policy: { rules: [ { allow: [ anyone ], route: HTTP * /** } ] }
      """;

  private static final String OK = "HTTP/1.1 200 OK\r\n";

  private static RunningServer server(String url) {
    return RunningServer.start(YAML.formatted(url));
  }

  record Row(String name, String bytes, int status) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Row> rows() {
    return Stream.of(
        new Row("nothing", "", 502),
        new Row("garbage", "hello\r\n\r\n", 502),
        new Row("HTML", "<html><body>hi</body></html>", 502),
        new Row("half a head", OK + "X: y\r\n", 502),
        new Row("another version", "HTTP/2.0 200 OK\r\n\r\n", 502),
        new Row("a status of two digits", "HTTP/1.1 20 OK\r\n\r\n", 502),
        new Row("bare LF", "HTTP/1.1 200 OK\nContent-Length: 0\n\n", 502),
        new Row("a bare CR in a value", OK + "X: a\rb\r\nContent-Length: 0\r\n\r\n", 502),
        new Row("two lengths", OK + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", 502),
        new Row("a list of lengths", OK + "Content-Length: 1, 1\r\n\r\na", 502),
        new Row("a length with a sign", OK + "Content-Length: +1\r\n\r\na", 502),
        new Row(
            "a length and chunked",
            OK + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            502),
        new Row("gzip, chunked", OK + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 502),
        new Row(
            "chunked twice",
            OK + "Transfer-Encoding: chunked\r\n".repeat(2) + "\r\n0\r\n\r\n",
            502),
        new Row(
            "chunked in 1.0",
            "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            502),
        new Row("a space before the colon", OK + "Content-Length : 1\r\n\r\na", 502),
        new Row("a folded field", OK + "X: a\r\n b\r\nContent-Length: 0\r\n\r\n", 502),
        new Row("a field without a name", OK + ": a\r\nContent-Length: 0\r\n\r\n", 502),
        new Row("too large a head", OK + ("X: " + "y".repeat(1000) + "\r\n").repeat(200), 502),
        new Row("a 101 that nobody wanted", "HTTP/1.1 101 X\r\nUpgrade: x\r\n\r\n", 502),
        new Row("endless interim responses", "HTTP/1.1 100 X\r\n\r\n".repeat(100), 502),
        new Row("content in a 204", "HTTP/1.1 204 X\r\nContent-Length: 3\r\n\r\nabc", 502));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void whatIsNoResponseIsABadGateway(Row row) throws Exception {
    try (var origin =
            Origin.of(
                (_, _, out) -> {
                  Origin.write(out, row.bytes());
                  return false;
                });
        var server = server(origin.url())) {
      // A method that may not be sent twice.
      var answer = post(server, "/x");
      assertEquals(row.status(), answer.status(), answer.head());
      assertTrue(answer.body().contains("UPSTREAM_UNAVAILABLE"), answer.body());
      assertEquals(1, origin.requests().size());
      server.stop();
      var line = server.audit().lines().getLast();
      assertTrue(line.contains("\"reason\":\"UPSTREAM_UNAVAILABLE\""), line);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-1\r\n", "+3\r\nabc\r\n0\r\n\r\n", "0x3\r\nabc\r\n0\r\n\r\n", "3 x\r\nabc\r\n0\r\n\r\n",
        "3\nabc\r\n0\r\n\r\n", "3\r\nabcd\r\n0\r\n\r\n", "3\r\nabc", "ffffffffffffffff\r\na",
        "3\r\nabc\r\n0\r\nX : y\r\n\r\n"
      })
  void aBadChunkNeverLooksLikeAnEnd(String chunks) throws Exception {
    try (var origin =
            Origin.of(
                (_, _, out) -> {
                  Origin.write(out, OK + "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n" + chunks);
                  return false;
                });
        var server = server(origin.url())) {
      var all = all(server.port(), "GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
      assertTrue(!all.endsWith("0\r\n\r\n"), all);
    }
  }

  /** The head was passed on when it came, so that the client can only see content cut off. */
  @Test
  void lessThanItSaidIsCutOff() throws Exception {
    try (var origin =
            Origin.of(
                (_, _, out) -> {
                  Origin.write(out, OK + "Content-Length: 5\r\n\r\nab");
                  return false;
                });
        var server = server(origin.url())) {
      var all = all(server.port(), "GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
      assertTrue(all.endsWith("\r\n\r\nab") || all.equals("reset"), all);
      server.stop();
      var line = server.audit().lines().getLast();
      assertTrue(line.contains("\"reason\":\"UPSTREAM_UNAVAILABLE\""), line);
    }
  }

  @Test
  void moreThanItSaidIsNotTheNextResponse() throws Exception {
    try (var origin =
            Origin.of(
                (request, _, out) -> {
                  Origin.write(
                      out,
                      Origin.response(200, request.line())
                          + "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nstole");
                  return true;
                });
        var server = server(origin.url())) {
      for (int i = 0; i < 5; i++) {
        assertEquals("GET /" + i + " HTTP/1.1", RawHttp.get(server.port(), "/" + i).body());
      }
      assertEquals(5, origin.connections());
    }
  }

  @Test
  void aCleanConnectionIsUsedAgain() throws Exception {
    try (var origin = Origin.echo();
        var server = server(origin.url())) {
      for (int i = 0; i < 5; i++) {
        assertEquals(200, RawHttp.get(server.port(), "/" + i).status());
      }
      assertEquals(1, origin.connections());
    }
  }

  @Test
  void anUpstreamThatIsSilentTookTooLong() throws Exception {
    try (var origin =
            Origin.of(
                (_, in, _) -> {
                  boolean _ = in.read() < 0;
                  return false;
                });
        var server = server(origin.url())) {
      var answer = RawHttp.get(server.port(), "/x");
      assertEquals(504, answer.status());
      assertTrue(answer.body().contains("UPSTREAM_TIMEOUT"), answer.body());
      assertEquals(1, origin.requests().size());
    }
  }

  @Test
  void anUpstreamThatIsNotThereIsUnavailable() throws Exception {
    int free;
    try (var socket = new ServerSocket(0)) {
      free = socket.getLocalPort();
    }
    try (var server = server("http://127.0.0.1:" + free)) {
      assertEquals(502, RawHttp.get(server.port(), "/x").status());
    }
  }

  /** The first request opens a connection, which is cut when the second is on it. */
  @ParameterizedTest
  @ValueSource(strings = {"GET", "PUT", "DELETE", "POST", "PATCH"})
  void onlyWhatMayRunTwiceIsSentAgainOnceOnALostConnection(String method) throws Exception {
    try (var origin =
            Origin.of(
                (request, in, out) -> {
                  request.content(in);
                  if (request.number() == 2) {
                    return false;
                  }
                  Origin.write(out, Origin.response(200, "ok"));
                  return true;
                });
        var server = server(origin.url())) {
      assertEquals(200, RawHttp.get(server.port(), "/1").status());
      var again = List.of("GET", "DELETE").contains(method) || method.equals("PUT");
      var answer = send(server, method, "/2", "");
      assertEquals(again ? 200 : 502, answer.status());
      assertEquals(again ? 3 : 2, origin.requests().size());
      assertEquals(200, RawHttp.get(server.port(), "/3").status());
    }
  }

  @Test
  void contentIsNeverSentTwice() throws Exception {
    try (var origin =
            Origin.of(
                (request, in, out) -> {
                  request.content(in);
                  if (request.number() == 2) {
                    return false;
                  }
                  Origin.write(out, Origin.response(200, "ok"));
                  return true;
                });
        var server = server(origin.url())) {
      assertEquals(200, RawHttp.get(server.port(), "/1").status());
      assertEquals(502, send(server, "PUT", "/2", "content").status());
      assertEquals(2, origin.requests().size());
    }
  }

  @Test
  void aConnectionThatTheUpstreamHasClosedIsNotUsed() throws Exception {
    try (var origin =
            Origin.of(
                (request, in, out) -> {
                  request.content(in);
                  Origin.write(out, Origin.response(200, "ok"));
                  return false;
                });
        var server = server(origin.url())) {
      for (int i = 1; i <= 5; i++) {
        assertEquals(200, post(server, "/" + i).status());
        assertEquals(i, origin.requests().size());
        // A request that is sent while the upstream is still closing fails, because it may not be
        // repeated.
        Await.until("the upstream has closed", () -> origin.open() == 0);
      }
    }
  }

  /** Requests that would be two for a parser that is less strict. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"
      })
  void anAmbiguousRequestNeverArrives(String rest) throws Exception {
    try (var origin = Origin.echo();
        var server = server(origin.url())) {
      var answer = RawHttp.send(server.port(), "POST / HTTP/1.1\r\nHost: a\r\n" + rest);
      assertEquals(400, answer.status());
      assertEquals(List.of(), origin.requests());
    }
  }

  @Test
  void whatTheClientSaysOfItselfDoesNotArrive() throws Exception {
    var said =
        """
        X-OnePort-Caller: mallory
        x_oneport_caller: mallory
        X-ONEPORT-Roles: admin
        X_OnePort-Issuer: google
        Authorization: Basic YTpi
        Proxy-Authorization: Basic YTpi
        X-Forwarded-For: 6.6.6.6
        X_Forwarded_For: 6.6.6.6
        Forwarded: for=6.6.6.6
        X-Real-IP: 6.6.6.6
        X-Forwarded-User: root
        X_Forwarded_Groups: admin
        X-Original-URL: /admin
        X-Rewrite-URL: /admin
        X-HTTP-Method-Override: DELETE
        X_HTTP_Method: DELETE
        X-Method-Override: DELETE
        Connection: close, X-Mine
        X-Mine: 6.6.6.6
        Keep-Alive: timeout=6
        TE: gzip
        X-Kept: yes
        """;
    try (var origin = Origin.echo();
        var server = server(origin.url())) {
      var answer =
          RawHttp.send(
              server.port(), "GET / HTTP/1.1\r\nHost: a\r\n" + said.replace("\n", "\r\n") + "\r\n");
      assertEquals(200, answer.status());
      var request = origin.requests().getFirst();
      var names = request.head().lines().skip(1).map(line -> line.replaceFirst(":.*", "")).toList();
      assertEquals(
          List.of(
              "Host",
              "X-Kept",
              "X-Forwarded-For",
              "X-Forwarded-Proto",
              "X-Forwarded-Host",
              "Forwarded",
              "Via"),
          names);
      assertEquals(List.of("127.0.0.1"), request.values("x-forwarded-for"));
      var scheme = TestTls.ON ? "https" : "http";
      assertEquals(
          List.of("for=127.0.0.1;host=\"a\";proto=" + scheme), request.values("forwarded"));
    }
  }

  /** The response to a TRACE shows the client the whole request. */
  @ParameterizedTest
  @CsvSource({"TRACE,false", "GET,true"})
  void whatTheUpstreamIsToldOfTheCallerIsNotInATrace(String method, boolean told) throws Exception {
    var yaml =
        YAML.replace("400ms } }", "400ms, assertion: true } }")
            .replace("[ anyone ]", "[ caller:alice ]")
            .replace(
                "rules: [",
                "rules: [ { allow: [ anyone ], route: HTTP GET /.well-known/oneport/jwks.json },");
    try (var origin = Origin.echo();
        var server = RunningServer.startDev(yaml.formatted(origin.url()))) {
      var answer =
          RawHttp.send(
              server.port(),
              method
                  + " / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer "
                  + server.devToken("alice")
                  + "\r\n\r\n");
      assertEquals(200, answer.status());
      var body = answer.body().toLowerCase(Locale.ROOT);
      assertEquals(told, body.contains("x-oneport-caller: alice"), body);
      assertEquals(told, body.contains("x-oneport-assertion: "), body);
      assertTrue(!body.contains("authorization"), body);
    }
  }

  @Test
  void whatIsHopByHopInAResponseDoesNotArrive() throws Exception {
    try (var origin =
            Origin.answering(
                OK
                    + "Connection: keep-alive, X-Mine\r\nX-Mine: 1\r\nKeep-Alive: timeout=5\r\n"
                    + "Set-Cookie: a=1\r\nSet-Cookie: b=2\r\nETag: \"x\"\r\nContent-Length: 2\r\n\r\nok");
        var server = server(origin.url())) {
      var answer = RawHttp.get(server.port(), "/");
      var head = answer.head().toLowerCase(Locale.ROOT);
      assertEquals("ok", answer.body());
      assertTrue(!head.contains("x-mine") && !head.contains("timeout=5"), head);
      assertTrue(
          head.contains("set-cookie: a=1\r\n") && head.contains("set-cookie: b=2\r\n"), head);
      assertTrue(head.contains("via: 1.1 oneport"), head);
    }
  }

  @Test
  void aHeadHasTheLengthOfAGet() throws Exception {
    try (var origin = Origin.answering(OK + "Content-Length: 1234\r\n\r\n");
        var server = server(origin.url())) {
      var all = all(server.port(), "HEAD /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
      assertTrue(all.toLowerCase(Locale.ROOT).contains("content-length: 1234\r\n"), all);
      assertTrue(all.endsWith("\r\n\r\n"), all);
    }
  }

  private static RawHttp.Answer post(RunningServer server, String path) throws IOException {
    return send(server, "POST", path, "");
  }

  private static RawHttp.Answer send(
      RunningServer server, String method, String path, String content) throws IOException {
    return RawHttp.send(
        server.port(),
        "%s %s HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(method, path, content.length(), content));
  }

  private static String all(int port, String request) throws IOException {
    try (var socket = TestTls.connect(port)) {
      socket.setSoTimeout(10_000);
      Origin.write(socket.getOutputStream(), request);
      return new String(
          socket.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.ISO_8859_1);
    } catch (java.net.SocketException e) {
      return "reset";
    }
  }
}
