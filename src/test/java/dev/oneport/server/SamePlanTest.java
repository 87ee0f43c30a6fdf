package dev.oneport.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.server.RequestShape.Request;
import dev.oneport.testing.RunningServer;
import jakarta.json.Json;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
  private static final String CHANGING =
      "\"(time|userAgent|protocol|latency|remoteIp|latencySeconds)\":(\"[^\"]*\"|[0-9.E-]+),?";

  /** A request and what its handler does. */
  record Row(String method, String plan, int body) {
    static Row of(String method, int body, String... steps) {
      return new Row(method, String.join("_", steps), body);
    }

    Request request() {
      return Request.of(method, "/do?plan=" + plan, "x".repeat(body));
    }

    String agent(RequestShape shape) {
      return shape + " " + this;
    }

    @Override
    public String toString() {
      return method + " " + plan.replace('_', ' ') + " (" + body + ")";
    }
  }

  private final Map<String, Integer> lengths = new HashMap<>();
  private RunningServer server;

  @BeforeAll
  void start() {
    var handler = new PlannedHandler();
    server =
        RunningServer.start(YAML, port -> port.http().get("/do", handler).post("/do", handler));
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
        Row.of("GET", 0, "length:1", "status:204", "header:0", "send:3"),
        Row.of("GET", 0, "length:1", "status:204", "status:200", "send:3"),
        Row.of("GET", 0, "status:204", "status:200", "flush", "write:3"),
        Row.of("GET", 0, "status:205", "status:404", "flush", "throw"),
        Row.of("POST", 300, "read:9", "send:3"),
        Row.of("POST", 300, "send:3"),
        Row.of("POST", 300, "readall", "refuse:413"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void everyVersionShowsTheSame(Row row) throws Exception {
    var request = row.request();
    var expected =
        RequestShape.HTTP_1_1.send(server.port(), request, row.agent(RequestShape.HTTP_1_1));
    if (expected.status() < 400 && expected.end().isEmpty()) {
      lengths.put(row.toString(), expected.body().length());
    }
    for (var shape : RequestShape.values()) {
      if (shape.can(request)) {
        var answer = shape.send(server.port(), request, row.agent(shape));
        assertEquals(
            shape.seen(request, expected), shape.seen(request, answer), () -> shape + " " + row);
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
