package dev.oneport.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.api.Mount;
import dev.oneport.sample.EchoService;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestTls;
import dev.oneport.transport.http1.RawHttp;
import dev.oneport.transport.http2.RawClient;
import io.helidon.http.HeaderNames;
import jakarta.json.Json;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rarer forms of a request get one answer and one audit line on each version of HTTP. */
@Timeout(60)
@TestInstance(Lifecycle.PER_CLASS)
final class SameFormTest {
  private static final String YAML =
      """
      policy:
        rules:
          - allow: [ anyone ]
            route: [ HTTP POST /echo, HTTP POST /ignore, HTTP GET /host, HTTP GET /ping, GRPC Echo/*, WS /ws ]
      """;
  private static final String CHANGING =
      "\"(time|userAgent|protocol|latency|remoteIp|latencySeconds)\":(\"[^\"]*\"|[0-9.E-]+),?";
  private static final String SCHEME = TestTls.ON ? "https" : "http";

  private static final String[] SOCKET = {
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version: 13"
  };

  /** How a request is sent. */
  enum Version {
    HTTP_1_0,
    HTTP_1_1,
    PRIOR_KNOWLEDGE,
    UPGRADE
  }

  /** A request, and its answer as status and body; of a problem the reason. */
  static final class Row {
    private final String name;
    private final String expected;
    private final String method;
    private final String target;
    private final List<String> headers;
    private final Map<Version, String> others = new EnumMap<>(Version.class);
    private final Set<Version> not = EnumSet.noneOf(Version.class);
    private String body = "";
    private List<String> trailers = List.of();

    Row(String name, String expected, String method, String target, String... headers) {
      this.name = name;
      this.expected = expected;
      this.method = method;
      this.target = target;
      this.headers = List.of(headers);
    }

    Row chunks(String content, String... trailing) {
      body = content;
      trailers = List.of(trailing);
      not("it has a body", Version.UPGRADE);
      return but(
          "it has no transfer codings (RFC 9112 section 6.1)", "400 BAD_REQUEST", Version.HTTP_1_0);
    }

    Row but(String why, String answer, Version... versions) {
      assertTrue(why.length() > 10);
      List.of(versions).forEach(version -> others.put(version, answer));
      return this;
    }

    Row not(String why, Version version) {
      assertTrue(why.length() > 10);
      not.add(version);
      return this;
    }

    /** No connection is upgraded to HTTP/2 over TLS. */
    boolean can(Version version) {
      return !not.contains(version) && !(TestTls.ON && version == Version.UPGRADE);
    }

    String expected(Version version) {
      return others.getOrDefault(version, expected);
    }

    String agent(Version version) {
      return version + " " + name;
    }

    /** The authority that an absolute form names; HTTP/2 has a field for it. */
    String authority() {
      return target.contains("://") ? target.split("/", 4)[2].split("[?]", 2)[0] : "localhost";
    }

    String path() {
      if (!target.contains("://")) {
        return target;
      }
      var path = target.substring(target.indexOf("://") + 3 + authority().length());
      return path.startsWith("/") ? path : "/" + path;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private RunningServer server;

  @BeforeAll
  void start() {
    server = RunningServer.start(YAML, new EchoService(), SameFormTest::mount);
  }

  private static void mount(Mount port) {
    port.http()
        .post(
            "/echo",
            (request, response) ->
                response.send(
                    request.content().as(String.class)
                        + request.headers().first(HeaderNames.create("x-t")).orElse("")))
        .post("/ignore", (_, response) -> response.send("ignored"))
        .get("/host", (request, response) -> response.send(request.authority()));
  }

  static Stream<Row> rows() {
    var pong = "200 {\"message\":\"pong\"}";
    var upgrade = "426 UPGRADE_REQUIRED";
    return Stream.of(
        new Row("trailers", "200 abc", "POST", "/echo").chunks("abc", "x-t: 1", "x-u: 2"),
        new Row("trailers that were announced", "200 abc", "POST", "/echo", "Trailer: x-t")
            .chunks("abc", "x-t: 1"),
        new Row("trailers of a head", "200 abc", "POST", "/echo")
            .chunks("abc", "authorization: Bearer a.b.c", "x-helidon-cn: root", "host: b"),
        new Row("trailers of nothing", "200 ", "POST", "/echo").chunks("", "x-t: 1"),
        new Row("no body", "500 INTERNAL", "POST", "/echo"),
        new Row("a body of nothing", "500 INTERNAL", "POST", "/echo", "Content-Length: 0"),
        new Row("trailers that nobody reads", "200 ignored", "POST", "/ignore")
            .chunks("abc", "x-t: 1"),
        new Row("trailers that are none", "400 BAD_REQUEST", "POST", "/echo")
            .chunks("abc", "x t: 1")
            .not("its transfer coding is refused", Version.HTTP_1_0)
            .but("its stream is reset (RFC 9113 section 8.1.1)", "PROTOCOL_ERROR", http2()),
        new Row("trailers of an unknown route", "404 NOT_FOUND", "POST", "/none")
            .chunks("abc", "x-t: 1"),
        new Row("trailers of a call", pong, "POST", "/Echo/Ping", "Content-Type: application/json")
            .chunks("{}", "x-t: 1"),
        new Row("a tunnel", "501 NOT_IMPLEMENTED", "CONNECT", "localhost:443")
            .not("a tunnel is refused before an upgrade", Version.UPGRADE),
        new Row("a tunnel to a path", "501 NOT_IMPLEMENTED", "CONNECT", "/ping")
            .but("its stream is reset (RFC 9113 section 8.5)", "PROTOCOL_ERROR", http2())
            .not("a tunnel is refused before an upgrade", Version.UPGRADE),
        new Row("absolute", "200 b.example", "GET", "http://b.example/host", "Host: a"),
        new Row("absolute, with a port", "200 b.example:81", "GET", "http://b.example:81/host"),
        new Row(
            "absolute, of an origin",
            "200 b.example",
            "GET",
            "http://b.example/host",
            "Origin: " + SCHEME + "://c.example"),
        new Row("absolute, with a query alone", "404 NOT_FOUND", "GET", "http://b.example?x"),
        new Row(
            "absolute, for a socket without upgrade",
            upgrade,
            "GET",
            "http://b.example/ws",
            "Origin: " + SCHEME + "://b.example"),
        socket("a socket", "101 ", "/ws"),
        socket("a socket of its page", "101 ", "/ws", "Origin: " + SCHEME + "://localhost"),
        socket(
            "a socket of another page",
            "403 CALLER_NOT_ALLOWED",
            "/ws",
            "Origin: " + SCHEME + "://c.example"),
        socket("an absolute socket", "101 ", "http://b.example/ws"),
        socket(
            "an absolute socket of its page",
            "101 ",
            "http://b.example:81/ws",
            "Host: a",
            "Origin: " + SCHEME + "://b.example:81"),
        socket(
            "an absolute socket of the page of Host",
            "403 CALLER_NOT_ALLOWED",
            "http://b.example/ws",
            "Host: a",
            "Origin: " + SCHEME + "://a"),
        socket("an absolute socket, unknown", "404 NOT_FOUND", "http://b.example/none")
            .but("as without the upgrade", "404 NOT_FOUND", Version.values()));
  }

  private static Version[] http2() {
    return new Version[] {Version.PRIOR_KNOWLEDGE, Version.UPGRADE};
  }

  private static Row socket(String name, String expected, String target, String... more) {
    return new Row(
            name,
            expected,
            "GET",
            target,
            Stream.concat(Stream.of(SOCKET), Stream.of(more)).toArray(String[]::new))
        .not("a connection changes to one protocol", Version.UPGRADE)
        .but(
            "HTTP/2 knows no upgrade, and HTTP/1.0 ignores it (RFC 9113 section 8.6, RFC 9110 section 7.8)",
            "426 UPGRADE_REQUIRED",
            Version.HTTP_1_0,
            Version.PRIOR_KNOWLEDGE);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void everyVersionGivesTheSameAnswer(Row row) throws Exception {
    for (var version : Version.values()) {
      if (row.can(version)) {
        assertEquals(row.expected(version), send(version, row), () -> version + " " + row);
      }
    }
  }

  private String send(Version version, Row row) throws IOException {
    return switch (version) {
      case HTTP_1_0 -> http1(row, "1.0", row.agent(version));
      case HTTP_1_1 -> http1(row, "1.1", row.agent(version));
      case PRIOR_KNOWLEDGE -> http2(row, row.agent(version));
      case UPGRADE -> {
        var headers = new ArrayList<>(row.headers);
        headers.removeIf(header -> header.startsWith("Host:"));
        headers.add("User-Agent: " + row.agent(version));
        try (var client =
            RawClient.upgrade(
                server.port(), row.method + " " + row.target, headers.toArray(String[]::new))) {
          yield answer(client);
        }
      }
    };
  }

  private String http1(Row row, String number, String agent) throws IOException {
    var head = new StringBuilder(row.method + " " + row.target + " HTTP/" + number + "\r\n");
    if (row.headers.stream().noneMatch(header -> header.startsWith("Host:"))) {
      head.append("Host: ").append(row.authority()).append("\r\n");
    }
    row.headers.forEach(header -> head.append(header).append("\r\n"));
    head.append("User-Agent: ").append(agent).append("\r\n");
    if (!row.trailers.isEmpty()) {
      head.append("Transfer-Encoding: chunked\r\n\r\n");
      if (!row.body.isEmpty()) {
        head.append(row.body.length()).append("\r\n").append(row.body).append("\r\n");
      }
      head.append("0\r\n");
      row.trailers.forEach(trailer -> head.append(trailer).append("\r\n"));
    }
    try (var client = RawHttp.connect(server.port())) {
      var response = client.send(head + "\r\n").read();
      return said(response.status(), response.body());
    }
  }

  private String http2(Row row, String agent) {
    var fields = new ArrayList<>(List.of(":method", row.method));
    if (row.method.equals("CONNECT") && !row.target.startsWith("/")) {
      fields.addAll(List.of(":authority", row.target));
    } else {
      fields.addAll(List.of(":scheme", "http", ":path", row.path(), ":authority", row.authority()));
    }
    fields.addAll(List.of("user-agent", agent));
    // Fields of a connection cannot be sent, and there is one authority.
    row.headers.stream()
        .filter(header -> !header.matches("(Host|Connection|Upgrade):.*"))
        .forEach(header -> fields.addAll(field(header)));
    try (var client = RawClient.connect(server.port())) {
      client.headers(1, row.trailers.isEmpty(), fields.toArray(String[]::new));
      if (!row.trailers.isEmpty()) {
        client.data(1, false, row.body.getBytes(ISO_8859_1));
        var last = row.trailers.stream().flatMap(trailer -> field(trailer).stream());
        client.headers(1, true, last.toArray(String[]::new));
      }
      return answer(client);
    }
  }

  private static List<String> field(String header) {
    var parts = header.split(": ", 2);
    return List.of(parts[0].toLowerCase(Locale.ROOT), parts[1]);
  }

  private static String answer(RawClient client) {
    var response = client.response(1);
    return response.status().isEmpty()
        ? response.reset().orElseThrow().name()
        : said(Integer.parseInt(response.status()), response.text());
  }

  private static String said(int status, String body) {
    if (status < 400) {
      return status + " " + body;
    }
    try (var reader = Json.createReader(new StringReader(body))) {
      return status + " " + reader.readObject().getString("reason");
    }
  }

  /** Where the answers are the same the lines are. */
  @AfterAll
  void stop() {
    server.close();
    Map<String, Map<Version, String>> lines = new TreeMap<>();
    for (var line : server.audit().lines()) {
      try (var reader = Json.createReader(new StringReader(line))) {
        var json = reader.readObject();
        if (json.getJsonObject("call").getString("event").equals("started")) {
          continue;
        }
        var agent = json.getJsonObject("httpRequest").getString("userAgent").split(" ", 2);
        var before =
            lines
                .computeIfAbsent(agent[1], _ -> new EnumMap<>(Version.class))
                .put(Version.valueOf(agent[0]), json.toString().replaceAll(CHANGING, ""));
        assertEquals(null, before, "a second line of " + agent[1]);
      }
    }
    rows().forEach(row -> assertAuditedAlike(row, lines.getOrDefault(row.name, Map.of())));
  }

  private static void assertAuditedAlike(Row row, Map<Version, String> lines) {
    var audited = new TreeMap<String, Set<String>>();
    for (var version : Version.values()) {
      if (row.can(version)) {
        audited
            .computeIfAbsent(row.expected(version), _ -> new HashSet<>())
            .add(lines.getOrDefault(version, "none"));
      }
    }
    audited.forEach((answer, said) -> assertEquals(1, said.size(), row + " " + answer + said));
  }
}
