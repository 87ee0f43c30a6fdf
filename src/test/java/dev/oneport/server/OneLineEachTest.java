package dev.oneport.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.sample.EchoService;
import dev.oneport.testing.OddService;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestIssuer;
import dev.oneport.transport.http1.RawHttp;
import dev.oneport.transport.http2.Await;
import dev.oneport.transport.http2.RawClient;
import jakarta.json.Json;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever refuses a request for a mounted route, and however early, leaves one audit line. */
@Timeout(60)
@TestInstance(Lifecycle.PER_CLASS)
final class OneLineEachTest {
  private static final TestIssuer ISSUER = TestIssuer.good();

  private static final String YAML =
      """
      server:
        max-body-size: 2KiB
        max-header-size: 4KiB
        body-timeout: 500ms
        grpc: { max-message-size: 1KiB }
        web: { max-json-size: 1KiB }
      identity:
        issuers:
          test: { issuer: "%s", jwks: '%s', audiences: [ "%s" ], caller-claim: email }
      policy:
        rules:
          - allow: [ anyone ]
            route: [ HTTP GET /ping, HTTP POST /copy, GRPC Echo/*, WS /ws ]
          - { allow: [ authenticated ], route: [ HTTP GET /fail, HTTP GET /ticks, HTTP GET /wait, GRPC Odd/*, WS /fail, WS /refuse ] }
      """
          .formatted(ISSUER.id(), ISSUER.jwks(), TestIssuer.AUDIENCE);

  private static final String JSON = "Content-Type: application/json";
  private static final String WEB = "Content-Type: application/grpc-web";
  private static final String GRPC = "Content-Type: application/grpc";

  /** The order is that of a handshake's headers, without the version. */
  private static final String[] SOCKET = {
    "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
  };

  /**
   * A request that is refused.
   *
   * @param expected the HTTP status, and of the line: event, route, status, code and reason
   * @param body what is sent of it; null if it is whole and empty
   */
  record Row(
      String name,
      String expected,
      String method,
      String target,
      String body,
      boolean ends,
      List<String> headers) {
    Row {
      headers = List.copyOf(headers);
    }

    Row(String name, String expected, String method, String target, String... headers) {
      this(name, expected, method, target, "", true, List.of(headers));
    }

    /** With a body of which the rest never comes. */
    Row slow(String start) {
      return new Row(name, expected, method, target, start, false, headers);
    }

    Row body(String whole) {
      return new Row(name, expected, method, target, whole, true, headers);
    }

    @Override
    public String toString() {
      return name + ": " + method + " " + target + headers.stream().map(Row::shown).toList();
    }

    private static String shown(String header) {
      return header.substring(0, Math.min(40, header.length()));
    }
  }

  private RunningServer server;

  @BeforeAll
  void start() {
    server = RunningServer.start(YAML, new EchoService(), new OddService());
  }

  @AfterAll
  void stop() {
    server.close();
  }

  private static Stream<Row> onEither() {
    var rows = new ArrayList<Row>();
    var length = "Content-Length: 5000";
    var expect = "Expect: something";
    var large = "X: " + "x".repeat(5000);
    var copy = "HTTP POST /copy";
    var ping = "GRPC Echo/Ping";
    rows.add(
        row("too long", "413 denied %s 413 RESOURCE_EXHAUSTED MESSAGE_TOO_LARGE", copy, length));
    rows.add(row("expects", "417 denied %s 417 INVALID_ARGUMENT BAD_REQUEST", copy, expect));
    rows.add(row("large head", "431 denied %s 431 INVALID_ARGUMENT BAD_REQUEST", copy, large));
    rows.add(row("encoded", "415 ended %s 415 INVALID_ARGUMENT", copy, "Content-Encoding: gzip"));
    rows.add(
        row("slow", "408 ended %s 408 DEADLINE_EXCEEDED", copy, "Content-Length: 9").slow("a"));
    for (var type : List.of(JSON, WEB, "Content-Type: application/proto")) {
      rows.add(
          row(
              "too long",
              "413 denied %s RESOURCE_EXHAUSTED RESOURCE_EXHAUSTED MESSAGE_TOO_LARGE",
              ping,
              length,
              type));
      rows.add(
          row(
              "expects",
              "417 denied %s INVALID_ARGUMENT INVALID_ARGUMENT BAD_REQUEST",
              ping,
              expect,
              type));
      rows.add(
          row(
              "large head",
              "431 denied %s INVALID_ARGUMENT INVALID_ARGUMENT BAD_REQUEST",
              ping,
              type,
              large));
      rows.add(
          row(
                  "slow",
                  "408 ended %s DEADLINE_EXCEEDED DEADLINE_EXCEEDED",
                  ping,
                  "Content-Length: 9",
                  type)
              .slow("\0"));
    }
    rows.add(
        row(
            "no type of it",
            "415 ended %s INVALID_ARGUMENT INVALID_ARGUMENT BAD_REQUEST",
            ping,
            "Content-Type: text/plain"));
    rows.add(
        row(
            "too long, and not allowed",
            "413 denied %s 413 RESOURCE_EXHAUSTED MESSAGE_TOO_LARGE",
            "HTTP GET /fail",
            length));
    rows.add(
        row(
            "a large head, and not allowed",
            "431 denied %s 431 INVALID_ARGUMENT BAD_REQUEST",
            "HTTP GET /fail",
            large));
    rows.add(
        row(
            "too long, and not allowed",
            "413 denied %s RESOURCE_EXHAUSTED RESOURCE_EXHAUSTED MESSAGE_TOO_LARGE",
            "GRPC Odd/Fail",
            length,
            JSON));
    rows.add(
        row(
            "a large head where a socket is",
            "431 denied %s 431 INVALID_ARGUMENT BAD_REQUEST",
            "WS /ws",
            large));
    return rows.stream();
  }

  /** Its route says how it is sent. */
  private static Row row(String name, String expected, String route, String... headers) {
    var parts = route.split(" ", -1);
    var method =
        switch (parts[0]) {
          case "GRPC" -> "POST";
          case "WS" -> "GET";
          default -> parts[1];
        };
    var target = parts[0].equals("GRPC") ? "/" + parts[1] : parts[parts.length - 1];
    return new Row(name, expected.formatted(route), method, target, headers);
  }

  static Stream<Row> onHttp1() {
    var bad = "400 denied %s 400 INVALID_ARGUMENT BAD_REQUEST";
    var copy = "HTTP POST /copy";
    var own =
        Stream.of(
            row("two hosts", bad, copy, "Host: b"),
            row("no header", bad, copy, "x"),
            row("a length that is none", bad, copy, "Content-Length: x"),
            row("two framings", bad, copy, "Content-Length: 1", "Transfer-Encoding: chunked"),
            row(
                "a coding",
                "501 denied %s 501 INVALID_ARGUMENT BAD_REQUEST",
                copy,
                "Transfer-Encoding: x, chunked"),
            row("a chunk that is none", "400 ended %s 400 INVALID_ARGUMENT", copy, chunked())
                .body("x\r\n"),
            row("chunks", "413 ended %s 413 RESOURCE_EXHAUSTED", copy, chunked())
                .body("1000\r\n" + "x".repeat(4096) + "\r\n0\r\n\r\n"),
            row(
                    "a chunk that is none",
                    "400 ended %s INVALID_ARGUMENT INVALID_ARGUMENT BAD_REQUEST",
                    "GRPC Echo/Ping",
                    chunked(),
                    JSON)
                .body("x\r\n"),
            row(
                "no header",
                "400 denied %s INVALID_ARGUMENT INVALID_ARGUMENT BAD_REQUEST",
                "GRPC Echo/Ping",
                JSON,
                "x"),
            socket("another version", "426 denied %s 426 INVALID_ARGUMENT BAD_REQUEST", "12"),
            socket("no key", bad, "13", "Sec-WebSocket-Key: x"),
            socket(
                "a large head",
                "431 denied %s 431 INVALID_ARGUMENT BAD_REQUEST",
                "13",
                "X: " + "x".repeat(5000)),
            socket(
                "expects",
                "417 denied %s 417 INVALID_ARGUMENT BAD_REQUEST",
                "13",
                "Expect: something"),
            socket(
                "a page",
                "403 denied %s 403 PERMISSION_DENIED CALLER_NOT_ALLOWED",
                "13",
                "Origin: https://other.example.com"));
    return Stream.concat(onEither(), own);
  }

  private static String chunked() {
    return "Transfer-Encoding: chunked";
  }

  private static Row socket(String name, String expected, String version, String... more) {
    var headers = new ArrayList<>(List.of(SOCKET));
    headers.add("Sec-WebSocket-Version: " + version);
    headers.addAll(List.of(more));
    return row(name, expected, "WS /ws", headers.toArray(String[]::new));
  }

  static Stream<Row> onHttp2() {
    var ping = "GRPC Echo/Ping";
    var own =
        Stream.of(
            row(
                "a large head",
                "200 denied %s RESOURCE_EXHAUSTED INVALID_ARGUMENT BAD_REQUEST",
                ping,
                GRPC,
                "X: " + "x".repeat(5000)),
            row(
                "expects",
                "417 denied %s INVALID_ARGUMENT INVALID_ARGUMENT BAD_REQUEST",
                ping,
                GRPC,
                "Expect: something"),
            row("slow", "200 ended %s DEADLINE_EXCEEDED DEADLINE_EXCEEDED", ping, GRPC).slow("\0"),
            row(
                "no host",
                "400 denied %s 400 INVALID_ARGUMENT BAD_REQUEST",
                "HTTP POST /copy",
                ":authority: a b"),
            row("large", "413 ended %s 413 RESOURCE_EXHAUSTED", "HTTP POST /copy")
                .body("x".repeat(3000)));
    return Stream.concat(onEither(), own);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void onHttp1(Row row) throws Exception {
    int before = lines().size();
    try (var client = RawHttp.connect(server.port())) {
      var head = new StringBuilder(row.method + " " + row.target + " HTTP/1.1\r\nHost: a\r\n");
      row.headers.forEach(header -> head.append(header).append("\r\n"));
      client.send(head.append("\r\n").append(row.body).toString());
      check(row, client.read().status(), before);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void onHttp2(Row row) {
    int before = lines().size();
    var fields =
        new ArrayList<>(List.of(":method", row.method, ":scheme", "http", ":path", row.target));
    if (row.headers.stream().noneMatch(header -> header.startsWith(":authority"))) {
      fields.addAll(List.of(":authority", "localhost"));
    }
    for (var header : row.headers) {
      int colon = header.indexOf(": ");
      fields.add(header.substring(0, colon).toLowerCase(Locale.ROOT));
      fields.add(header.substring(colon + 2));
    }
    try (var client = RawClient.connect(server.port())) {
      // A length that does not match what came would be an error of the protocol.
      boolean open = !row.ends || !row.body.isEmpty() || fields.contains("content-length");
      client.headers(1, !open, fields.toArray(String[]::new));
      if (!row.body.isEmpty()) {
        client.data(1, row.ends, row.body.getBytes(ISO_8859_1));
      }
      check(row, Integer.parseInt(client.response(1).status()), before);
    }
  }

  private void check(Row row, int status, int before) {
    Await.until("a line of " + row, () -> lines().size() > before);
    var line = String.join("; ", lines().subList(before, lines().size()));
    assertEquals(row.expected, status + " " + line);
  }

  /** A socket that is refused never begins, so each line is one of a whole call. */
  private List<String> lines() {
    return server.audit().lines().stream().map(OneLineEachTest::said).toList();
  }

  private static String said(String line) {
    try (var reader = Json.createReader(new StringReader(line))) {
      var call = reader.readObject().getJsonObject("call");
      return "%s %s %s %s %s"
          .formatted(
              call.getString("event"),
              call.getString("route"),
              call.getString("status"),
              call.getString("code"),
              call.getString("reason", ""))
          .strip();
    }
  }
}
