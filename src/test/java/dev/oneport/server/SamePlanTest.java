package dev.oneport.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.api.Mount;
import dev.oneport.testing.RunningServer;
import dev.oneport.transport.http1.RawHttp;
import dev.oneport.transport.http2.RawClient;
import jakarta.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever a handler does, in whichever order, its client sees the same on each version of HTTP,
 * and the audit says the same.
 */
@Timeout(120)
@TestInstance(Lifecycle.PER_CLASS)
final class SamePlanTest {
  private static final String YAML =
      """
      identity: { issuers: {} }
      policy: { rules: [ { allow: [ anyone ], route: [ HTTP GET /do, HTTP POST /do ] } ] }
      """;
  private static final int RANDOM = Integer.getInteger("oneport.test.plans", 300);
  private static final long SEED = Long.getLong("oneport.test.seed", 42);
  private static final String CHANGING =
      "\"(time|userAgent|protocol|latency|remoteIp|latencySeconds)\":(\"[^\"]*\"|[0-9.E-]+),?";

  /** A request and what its handler does. */
  record Row(String method, String plan, int body) {
    static Row of(String method, int body, String... steps) {
      return new Row(method, String.join("_", steps), body);
    }

    static Row random(Random random) {
      var method = List.of("GET", "GET", "POST", "POST", "HEAD").get(random.nextInt(5));
      var body = method.equals("POST") ? random.nextInt(400) : 0;
      return new Row(method, String.join("_", PlannedHandler.random(random)), body);
    }

    String target() {
      return "/do?plan=" + plan;
    }

    String agent(Version version) {
      return version + " " + this;
    }

    @Override
    public String toString() {
      return method + " " + plan.replace('_', ' ') + " (" + body + ")";
    }
  }

  /**
   * What a client sees.
   *
   * @param end of a response that is not whole: {@code cut}
   */
  record Answer(int status, Map<String, String> headers, String body, String end) {
    /** A body that ends with its connection cannot say that it was cut (RFC 9112 section 8). */
    Answer unframed() {
      return new Answer(status, headers, body, "");
    }
  }

  /** How a request is sent. */
  enum Version {
    HTTP_1_0,
    HTTP_1_1,
    PRIOR_KNOWLEDGE,
    UPGRADE;

    boolean can(Row row) {
      return this != UPGRADE || row.body == 0;
    }

    Answer send(int port, Row row) throws IOException {
      return switch (this) {
        case HTTP_1_0 -> http1(port, row, "1.0");
        case HTTP_1_1 -> http1(port, row, "1.1");
        case PRIOR_KNOWLEDGE -> {
          try (var client = RawClient.connect(port)) {
            client.request(
                1, row.body == 0, row.method, row.target(), "user-agent", row.agent(this));
            if (row.body > 0) {
              client.data(1, true, "x".repeat(row.body).getBytes(ISO_8859_1));
            }
            yield http2(client);
          }
        }
        case UPGRADE -> {
          try (var client =
              RawClient.upgrade(
                  port, row.method + " " + row.target(), "User-Agent: " + row.agent(this))) {
            yield http2(client);
          }
        }
      };
    }

    private static Answer http2(RawClient client) {
      var response = client.response(1);
      var headers = new TreeMap<String, String>();
      for (var name : COMPARED) {
        headers.put(name, String.join("|", response.headers(name)));
      }
      var status = response.status().isEmpty() ? 0 : Integer.parseInt(response.status());
      return new Answer(status, headers, response.text(), response.ended() ? "" : "cut");
    }

    private Answer http1(int port, Row row, String number) throws IOException {
      try (var client = RawHttp.connect(port)) {
        client.send(
            "%s %s HTTP/%s\r\nHost: a\r\nUser-Agent: %s\r\n%s\r\n%s"
                .formatted(
                    row.method,
                    row.target(),
                    number,
                    row.agent(this),
                    row.body == 0 ? "" : "Content-Length: " + row.body + "\r\n",
                    "x".repeat(row.body)));
        return read(client.in(), row.method.equals("HEAD"));
      }
    }
  }

  private static final List<String> COMPARED =
      List.of("x-plan", "x-refused", "content-type", "cache-control");

  private final Map<String, Integer> lengths = new HashMap<>();
  private RunningServer server;

  @BeforeAll
  void start() {
    server = RunningServer.start(YAML, SamePlanTest::mount);
  }

  private static void mount(Mount port) {
    port.http().get("/do", new PlannedHandler()).post("/do", new PlannedHandler());
  }

  private static Answer read(InputStream in, boolean head) throws IOException {
    var line = line(in);
    if (line.isEmpty()) {
      return new Answer(0, Map.of(), "", "cut");
    }
    var status = Integer.parseInt(line.split(" ", 3)[1]);
    var all = new TreeMap<String, String>();
    for (var field = line(in); !field.isEmpty(); field = line(in)) {
      var parts = field.split(": ?", 2);
      all.merge(parts[0].toLowerCase(Locale.ROOT), parts[1], (a, b) -> a + "|" + b);
    }
    var headers = new TreeMap<String, String>();
    COMPARED.forEach(name -> headers.put(name, all.getOrDefault(name, "")));
    var body = new ByteArrayOutputStream();
    var whole = head || status == 204 || status == 304 || body(in, all, body);
    return new Answer(status, headers, body.toString(ISO_8859_1), whole ? "" : "cut");
  }

  private static boolean body(InputStream in, Map<String, String> headers, ByteArrayOutputStream to)
      throws IOException {
    if (headers.containsKey("content-length")) {
      var length = Integer.parseInt(headers.get("content-length"));
      return take(in, length, to);
    }
    if (!headers.getOrDefault("transfer-encoding", "").equals("chunked")) {
      take(in, Integer.MAX_VALUE, to);
      return true;
    }
    while (true) {
      var size = line(in);
      if (size.isEmpty()) {
        return false;
      }
      var length = Integer.parseInt(size, 16);
      if (!take(in, length, to)) {
        return false;
      }
      line(in);
      if (length == 0) {
        return true;
      }
    }
  }

  private static boolean take(InputStream in, int length, ByteArrayOutputStream to)
      throws IOException {
    try {
      for (int i = 0; i < length; i++) {
        int next = in.read();
        if (next < 0) {
          return false;
        }
        to.write(next);
      }
      return true;
    } catch (SocketException _) {
      return false;
    }
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    try {
      for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
        line.append((char) next);
      }
    } catch (SocketException _) {
      return "";
    }
    return line.toString().strip();
  }

  static Stream<Row> rows() {
    return Stream.of(
        Row.of("GET", 0, "send:3"),
        Row.of("GET", 0, "send:3", "send:4"),
        Row.of("GET", 0, "write:3", "flush", "write:4", "close"),
        Row.of("GET", 0, "write:3"),
        Row.of("GET", 0, "write:3", "close", "throw"),
        Row.of("GET", 0, "write:3", "flush", "throw"),
        Row.of("GET", 0, "write:20000", "throw"),
        Row.of("GET", 0, "write:20000", "refuse:409"),
        Row.of("GET", 0, "flush", "throw"),
        Row.of("HEAD", 0, "write:20000", "throw"),
        Row.of("GET", 0, "length:5", "send:3"),
        Row.of("GET", 0, "length:5", "empty"),
        Row.of("HEAD", 0, "length:5", "empty"),
        Row.of("GET", 0, "length:5", "write:3"),
        Row.of("GET", 0, "length:5", "write:3", "flush"),
        Row.of("GET", 0, "length:5", "write:3", "flush", "write:3"),
        Row.of("GET", 0, "length:5", "write:3", "flush", "write:2"),
        Row.of("GET", 0, "hop:2", "send:3"),
        Row.of("GET", 0, "hop:0", "hop:3", "write:3", "flush"),
        Row.of("GET", 0, "status:204", "write:3", "flush"),
        Row.of("GET", 0, "write:3", "close", "status:205"),
        Row.of("POST", 300, "read:9", "send:3"),
        Row.of("POST", 300, "send:3"),
        Row.of("POST", 300, "readall", "refuse:413"));
  }

  static Stream<Row> random() {
    var random = new Random(SEED);
    return IntStream.range(0, RANDOM).mapToObj(_ -> Row.random(random)).distinct();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"rows", "random"})
  void everyVersionShowsTheSame(Row row) throws Exception {
    var expected = Version.HTTP_1_1.send(server.port(), row);
    if (expected.status() < 400 && expected.end().isEmpty()) {
      lengths.put(row.toString(), expected.body().length());
    }
    for (var version : Version.values()) {
      if (version.can(row)) {
        var answer = version.send(server.port(), row);
        var framed = version != Version.HTTP_1_0;
        assertEquals(
            framed ? expected : expected.unframed(),
            framed ? answer : answer.unframed(),
            () -> version + " " + row);
      }
    }
  }

  /** On HTTP/2 a request ends with its answer, with no more to be read (RFC 9113 section 8.1). */
  private static String said(String line, String row) {
    var same = line.replaceAll(CHANGING, "");
    return row.matches(".*(send|text|empty).*read.*")
        ? same.replaceAll("\"bytesIn\":\\d+", "")
        : same;
  }

  @AfterAll
  void stop() {
    server.close();
    var lines = new TreeMap<String, Map<String, List<String>>>();
    for (var line : server.audit().lines()) {
      try (var reader = Json.createReader(new StringReader(line))) {
        var json = reader.readObject();
        var agent = json.getJsonObject("httpRequest").getString("userAgent").split(" ", 2);
        var length = json.getJsonObject("call").getInt("bytesOut");
        assertEquals(lengths.getOrDefault(agent[1], length), length, agent[1]);
        lines
            .computeIfAbsent(agent[1], _ -> new TreeMap<>())
            .computeIfAbsent(agent[0], _ -> new ArrayList<>())
            .add(said(json.toString(), agent[1]));
      }
    }
    var wrong = new ArrayList<String>();
    lines.forEach(
        (row, all) -> {
          if (all.values().stream().flatMap(List::stream).distinct().count() != 1) {
            wrong.add(row + "\n  " + all.toString().replace("],", "],\n  "));
          }
        });
    assertEquals("", String.join("\n", wrong));
  }
}
