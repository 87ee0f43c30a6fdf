package dev.oneport.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.api.Mount;
import dev.oneport.sample.EchoService;
import dev.oneport.testing.OddService;
import dev.oneport.testing.RunningServer;
import dev.oneport.transport.http1.RawHttp;
import dev.oneport.transport.http2.RawClient;
import dev.oneport.transport.http2.RawResponse;
import io.helidon.http.HttpException;
import io.helidon.http.Status;
import jakarta.json.Json;
import java.io.StringReader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each status with which a request is refused says the same in its line, its headers, its body. */
@TestInstance(Lifecycle.PER_CLASS)
final class RefusalsTest {
  private static final String YAML =
      """
      server:
        max-body-size: 1KiB
        max-header-size: 4KiB
        header-timeout: 1s
        http1: { max-request-line: 2KiB }
      policy:
        rules:
          - allow: [ anyone ]
            route: [ HTTP GET /ping, HTTP GET /fail, HTTP POST /copy, HTTP GET /thrown, HTTP GET /ticks,
                     HTTP GET /wait, GRPC Echo/*, GRPC Odd/*, WS /ws, WS /fail, WS /refuse ]
      """;

  /** What each status is to bring beside its problem; others bring none of these. */
  private static final Map<Integer, Set<String>> EXTRA =
      Map.of(405, Set.of("allow"), 426, Set.of("upgrade"));

  /** The same, where a handler's exception has headers of its own to say the rest. */
  private static final Map<Integer, Set<String>> EXTRA_THROWN =
      Map.of(401, Set.of("www-authenticate"), 429, Set.of("retry-after"));

  private static final List<Integer> THROWN =
      List.of(400, 401, 403, 404, 405, 409, 410, 421, 429, 451, 500, 501, 502, 503, 504, 599);

  /** Of these the operator is to hear. */
  private static final Set<Integer> SEVERE = Set.of(500, 599);

  private static final Set<String> EXTRAS =
      Set.of("www-authenticate", "allow", "retry-after", "upgrade");

  private RunningServer server;

  /** A request as HTTP/1.1 has it, and what refuses it. */
  record Row(String name, int status, String bytes) {
    boolean isThrown() {
      return name.contains("/thrown");
    }

    @Override
    public String toString() {
      return name + " -> " + status;
    }
  }

  @BeforeAll
  void start() {
    server = RunningServer.start(YAML, new EchoService(), new OddService(), RefusalsTest::thrown);
  }

  @AfterAll
  void stop() {
    server.close();
    var audited = new TreeMap<Integer, String>();
    for (var line : server.audit().lines()) {
      try (var reader = Json.createReader(new StringReader(line))) {
        var json = reader.readObject();
        if (json.getJsonObject("call").getString("event").equals("ended")) {
          var status = json.getJsonObject("httpRequest").getInt("status", 0);
          audited.put(status, json.getString("severity"));
        }
      }
    }
    // What a connection refuses before it is routed is denied.
    var expected = new TreeMap<Integer, String>();
    Stream.concat(THROWN.stream(), Stream.of(0, 200, 413, 415))
        .forEach(status -> expected.put(status, SEVERE.contains(status) ? "ERROR" : "INFO"));
    assertEquals(expected, audited);
  }

  private static void thrown(Mount port) {
    port.http()
        .get(
            "/thrown",
            (request, _) -> {
              var code = Integer.parseInt(request.query().get("code"));
              throw new HttpException("a secret of the handler", Status.create(code));
            });
  }

  private static Row get(int status, String target, String... headers) {
    return row("GET " + target, status, "GET", target, "", headers);
  }

  private static Row row(
      String name, int status, String method, String target, String body, String... headers) {
    var head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: a\r\n");
    Stream.of(headers).forEach(header -> head.append(header).append("\r\n"));
    return new Row(name, status, head + "\r\n" + body);
  }

  static Stream<Row> rows() {
    var known =
        Stream.of(
            new Row("no Host", 400, "GET /ping HTTP/1.1\r\n\r\n"),
            get(400, "/ping#x"),
            row("a length that is none", 400, "POST", "/copy", "", "Content-Length: x"),
            row(
                "a chunk that is none",
                400,
                "POST",
                "/copy",
                "x\r\n",
                "Transfer-Encoding: chunked"),
            get(404, "/unknown"),
            row("another method", 405, "DELETE", "/ping", ""),
            row("TRACE", 405, "TRACE", "/ping", ""),
            row("GET of a method", 405, "GET", "/Echo/Ping", ""),
            new Row("a slow head", 408, "GET /ping HTTP/1.1\r\n"),
            row("a large body", 413, "POST", "/copy", "", "Content-Length: 5000"),
            row(
                "a large body in chunks",
                413,
                "POST",
                "/copy",
                "1000\r\n" + "x".repeat(4096) + "\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked"),
            get(414, "/" + "x".repeat(2100)),
            row("a type of no method", 415, "POST", "/Echo/Ping", "", "Content-Type: text/plain"),
            row("encoded", 415, "POST", "/copy", "", "Content-Encoding: gzip"),
            get(417, "/ping", "Expect: something"),
            get(426, "/ws"),
            get(431, "/ping", "X: " + "x".repeat(5000)),
            get(500, "/fail"),
            new Row("a tunnel", 501, "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n"),
            row("another coding", 501, "POST", "/copy", "", "Transfer-Encoding: gzip, chunked"),
            new Row("another version", 505, "GET /ping HTTP/3.0\r\nHost: a\r\n\r\n"),
            upgrade("another WebSocket", 426, "/ws", "Sec-WebSocket-Version: 12"),
            upgrade("a socket that is refused", 409, "/refuse", "Sec-WebSocket-Version: 13"));
    var thrown = THROWN.stream().map(code -> get(code, "/thrown?code=" + code));
    return Stream.concat(known, thrown);
  }

  private static Row upgrade(String name, int status, String path, String version) {
    return row(
        name,
        status,
        "GET",
        path,
        "",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        version);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void onHttp1(Row row) throws Exception {
    try (var client = RawHttp.connect(server.port())) {
      var response = client.send(row.bytes()).read();
      assertEquals(row.status(), response.status());
      check(row, response.body(), response::header);
      if (response.header("connection").equalsIgnoreCase("close")) {
        assertTrue(client.ended());
      } else {
        var next = client.send("GET /ping HTTP/1.1\r\nHost: a\r\n\r\n").read();
        assertEquals(200, next.status());
      }
    }
  }

  static Stream<Row> rowsOfHttp2() {
    // What is a matter of HTTP/1.1's bytes has no like in HTTP/2; what has, is in another test.
    return rows()
        .filter(row -> row.bytes().matches("(?s)[A-Z]+ /\\S+ HTTP/1.1\r\nHost: a\r\n.*\r\n\r\n"))
        .filter(row -> !row.bytes().contains("Transfer-Encoding"))
        .filter(row -> !row.bytes().contains("Connection"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rowsOfHttp2")
  void onHttp2(Row row) throws Exception {
    var lines = row.bytes().split("\r\n", -1);
    var line = lines[0].split(" ", -1);
    var fields = new LinkedHashMap<String, String>();
    for (int i = 2; i < lines.length && !lines[i].isEmpty(); i++) {
      var field = lines[i].split(": ?", 2);
      fields.put(field[0].toLowerCase(Locale.ROOT), field[1]);
    }
    try (var client = RawClient.connect(server.port())) {
      var more =
          fields.entrySet().stream()
              .flatMap(field -> Stream.of(field.getKey(), field.getValue()))
              .toArray(String[]::new);
      client.request(1, true, line[0], line[1], more);
      var response = client.response(1);
      if (response.reset().isPresent()) {
        // A length that is none, or of more than there is: RFC 9113 section 8.1.1.
        assertTrue(fields.containsKey("content-length"), response::toString);
        return;
      }
      assertEquals(expected(row), Integer.parseInt(response.status()), response::toString);
      check(
          new Row(row.name(), expected(row), ""),
          response.text(),
          // HTTP/2 knows no upgrade (RFC 9113 section 8.6).
          name ->
              name.equals("upgrade") && row.status() == 426
                  ? header(response, name) + "none"
                  : header(response, name));
      assertEquals("", header(response, "connection"));
    }
  }

  /** HTTP/2 has one limit for all fields together, of which the target is one. */
  private static int expected(Row row) {
    return row.status() == 414 ? 404 : row.status();
  }

  private static String header(RawResponse response, String name) {
    return Objects.requireNonNullElse(response.header(name), "");
  }

  private static void check(Row row, String body, UnaryOperator<String> header) {
    assertEquals("application/problem+json", header.apply("content-type"));
    assertEquals("no-store", header.apply("cache-control"));
    assertEquals("", header.apply("content-encoding"));
    try (var reader = Json.createReader(new StringReader(body))) {
      var problem = reader.readObject();
      assertEquals(row.status(), problem.getInt("status"));
      assertTrue(problem.getString("reason").matches("[A-Z][A-Z0-9_]+"), body);
      assertFalse(problem.getString("title").isEmpty());
      assertEquals(row.status() == 500, problem.getString("reason").equals("INTERNAL"), body);
      assertEquals(row.status() == 500, body.contains("server failed"), body);
      assertFalse(body.contains("secret"));
    }
    var extra = row.isThrown() ? EXTRA_THROWN : EXTRA;
    var found = new TreeSet<String>();
    EXTRAS.stream().filter(name -> !header.apply(name).isEmpty()).forEach(found::add);
    assertEquals(extra.getOrDefault(row.status(), Set.of()), found, body);
    if (row.status() == 415) {
      assertFalse((header.apply("accept") + header.apply("accept-encoding")).isEmpty());
    }
  }
}
