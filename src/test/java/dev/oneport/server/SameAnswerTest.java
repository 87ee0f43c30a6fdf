package dev.oneport.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.api.Mount;
import dev.oneport.testing.RunningServer;
import dev.oneport.transport.RequestSyntax;
import dev.oneport.transport.http1.RawHttp;
import dev.oneport.transport.http2.RawClient;
import io.helidon.http.HttpException;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import jakarta.json.Json;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** One request gets one answer and one audit line, whichever version of HTTP it comes by. */
@Timeout(120)
@TestInstance(Lifecycle.PER_CLASS)
final class SameAnswerTest {
  private static final String YAML =
      """
      identity: { issuers: {} }
      policy:
        rules:
          - allow: [ anyone ]
            route: [ HTTP GET /ping, HTTP POST /echo, HTTP GET /query, HTTP GET /status, HTTP GET /status-stream,
                     HTTP GET /stream, HTTP GET /nothing, HTTP GET /length, HTTP GET /twice, HTTP GET /fail, HTTP GET /refuse, HTTP GET /wait ]
      """;

  private static final int RANDOM = Integer.getInteger("oneport.test.requests", 200);
  private static final long SEED = Long.getLong("oneport.test.seed", 42);

  private static final String CHANGING =
      "\"(time|userAgent|protocol|latency|remoteIp|latencySeconds)\":(\"[^\"]*\"|[0-9.E-]+),?";

  /** How a request is sent. */
  enum Version {
    HTTP_1_0 {
      @Override
      boolean can(Row row) {
        // An expectation in HTTP/1.0 is ignored (RFC 9110 section 10.1.1).
        return !row.headers.contains("expect: something");
      }

      @Override
      Answer send(int port, Row row) throws IOException {
        return http1(this, port, row, "1.0");
      }
    },
    HTTP_1_1 {
      @Override
      Answer send(int port, Row row) throws IOException {
        return http1(this, port, row, "1.1");
      }
    },
    PRIOR_KNOWLEDGE {
      @Override
      Answer send(int port, Row row) {
        return http2(this, port, row);
      }
    },
    UPGRADE {
      @Override
      Answer send(int port, Row row) {
        var headers = new ArrayList<>(row.headers);
        headers.add("User-Agent: " + row.agent(this));
        try (var client =
            RawClient.upgrade(
                port, row.method + " " + row.target, headers.toArray(String[]::new))) {
          return http2(client);
        }
      }

      @Override
      boolean can(Row row) {
        // What has a body is not upgraded (RFC 9110 section 7.8 leaves that to the server); what is
        // malformed is refused before.
        return row.body.isEmpty()
            && !row.isMalformed()
            && !row.headers.contains("expect: something");
      }
    },
    HTTP_1_1_OVER_TLS {
      @Override
      boolean secure() {
        return true;
      }

      @Override
      Answer send(int port, Row row) throws IOException {
        return http1(this, port, row, "1.1");
      }
    },
    HTTP_2_OVER_TLS {
      @Override
      boolean secure() {
        return true;
      }

      @Override
      Answer send(int port, Row row) throws IOException {
        return http2(this, port, row);
      }
    };

    /** Whether it goes to the server that speaks TLS. */
    boolean secure() {
      return false;
    }

    abstract Answer send(int port, Row row) throws IOException;

    boolean can(Row row) {
      return true;
    }

    private static Answer http2(Version version, int port, Row row) {
      try (var client = RawClient.connect(port)) {
        var fields = new ArrayList<String>();
        row.headers.forEach(header -> fields.addAll(List.of(header.split(": ?", 2))));
        fields.addAll(List.of("user-agent", row.agent(version)));
        var more = fields.toArray(String[]::new);
        client.request(1, row.body.isEmpty(), row.method, row.target, more);
        if (!row.body.isEmpty()) {
          client.data(1, true, row.body.getBytes(ISO_8859_1));
        }
        return http2(client);
      }
    }

    private static Answer http2(RawClient client) {
      var response = client.response(1);
      return new Answer(Integer.parseInt("0" + response.status()), response.text());
    }

    private static Answer http1(Version by, int port, Row row, String version) throws IOException {
      try (var client = RawHttp.connect(port)) {
        client.send(row.http1(by, version));
        var response = row.method.equals("HEAD") ? client.readHead() : client.read();
        while (response.status() < 200) {
          response = client.read();
        }
        return new Answer(response.status(), response.body());
      }
    }
  }

  /** What a client sees. */
  record Answer(int status, String body) {}

  /** One request; headers are whole lines. */
  record Row(String method, String target, String body, List<String> headers) {
    static Row of(String method, String target, String body, String... headers) {
      return new Row(method, target, body, List.of(headers));
    }

    boolean isMalformed() {
      try {
        RequestSyntax.canonicalTarget(method, target);
        return false;
      } catch (IllegalArgumentException _) {
        return true;
      }
    }

    /** Tells the request apart in the audit. */
    String agent(Version version) {
      return version + " " + Integer.toHexString(hashCode());
    }

    String http1(Version version, String number) {
      var head =
          new StringBuilder(method + " " + target + " HTTP/" + number + "\r\nHost: localhost\r\n");
      headers.forEach(header -> head.append(header).append("\r\n"));
      if (!body.isEmpty()) {
        head.append("Content-Length: ").append(body.length()).append("\r\n");
      }
      return head.append("User-Agent: ")
          .append(agent(version))
          .append("\r\n\r\n")
          .append(body)
          .toString();
    }

    @Override
    public String toString() {
      return method + " " + target + " " + headers + " " + body.length();
    }
  }

  private final Semaphore waiting = new Semaphore(0);
  private final Semaphore interrupted = new Semaphore(0);
  private RunningServer server;
  private RunningServer secure;

  @BeforeAll
  void start() {
    server = RunningServer.start(YAML, this::mount);
    secure = RunningServer.startTls(YAML, this::mount);
  }

  @AfterAll
  void stop() {
    server.close();
    secure.close();
    assertAuditedAlike();
  }

  /** All that the audit says of a request but its time and its version is the same. */
  private void assertAuditedAlike() {
    Map<String, Map<String, String>> lines = new TreeMap<>();
    var audited = new ArrayList<>(server.audit().lines());
    audited.addAll(secure.audit().lines());
    for (var line : audited) {
      try (var reader = Json.createReader(new StringReader(line))) {
        var json = reader.readObject();
        var request = json.getJsonObject("httpRequest");
        var agent = request.getString("userAgent").split(" ", 2);
        var same = json.toString().replaceAll(CHANGING, "");
        lines.computeIfAbsent(agent[1], _ -> new TreeMap<>()).put(agent[0], same);
      }
    }
    lines.forEach((row, all) -> assertEquals(1, Set.copyOf(all.values()).size(), () -> row + all));
    rows()
        .forEach(
            row -> {
              var all = lines.getOrDefault(row.agent(Version.HTTP_1_1).split(" ", -1)[1], Map.of());
              var sent = Stream.of(Version.values()).filter(version -> version.can(row)).count();
              assertTrue(all.isEmpty() || all.size() == sent, () -> row + " " + all);
            });
  }

  private void mount(Mount port) {
    port.http()
        .get("/ping", (_, response) -> response.send("pong"))
        .post("/echo", (request, response) -> response.send(request.content().as(byte[].class)))
        .get("/query", (request, response) -> response.send(request.query().rawValue()))
        .get("/status", SameAnswerTest::status)
        .get("/status-stream", SameAnswerTest::statusStream)
        .get("/stream", SameAnswerTest::stream)
        .get("/nothing", (_, _) -> {})
        .get("/length", (_, response) -> response.header("Content-Length", "3").send("an entity"))
        .get("/twice", (_, response) -> twice(response))
        .get("/fail", (_, _) -> fail())
        .get("/refuse", (_, _) -> refuse())
        .get("/wait", (_, _) -> waitForNobody());
  }

  private static Status asked(ServerRequest request) {
    return Status.create(Integer.parseInt(request.query().get("code")));
  }

  private static void status(ServerRequest request, ServerResponse response) {
    response.status(asked(request)).send("an entity");
  }

  private static void statusStream(ServerRequest request, ServerResponse response)
      throws IOException {
    response.status(asked(request));
    try (var out = response.outputStream()) {
      out.write("an".getBytes(ISO_8859_1));
      out.flush();
      out.write(" entity".getBytes(ISO_8859_1));
    }
  }

  private static void stream(ServerRequest request, ServerResponse response) throws IOException {
    try (var out = response.outputStream()) {
      for (var i = 0; i < 50; i++) {
        out.write(("line " + i + "\n").getBytes(ISO_8859_1));
        out.flush();
      }
    }
  }

  private static void twice(ServerResponse response) {
    response.send("once");
    response.send("twice");
  }

  private static void fail() {
    throw new IllegalStateException("a secret of the handler");
  }

  private static void refuse() {
    throw new HttpException("not now", Status.CONFLICT_409);
  }

  private void waitForNobody() throws InterruptedException {
    waiting.release();
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      interrupted.release();
      throw e;
    }
  }

  static Stream<Row> rows() {
    var codes =
        IntStream.of(200, 204, 205, 304, 404)
            .boxed()
            .flatMap(
                code ->
                    Stream.of(
                        Row.of("GET", "/status?code=" + code, ""),
                        Row.of("GET", "/status-stream?code=" + code, ""),
                        Row.of("HEAD", "/status?code=" + code, "")));
    var bytes =
        IntStream.rangeClosed('!', '~')
            .mapToObj(c -> String.valueOf((char) c))
            .flatMap(
                c -> Stream.of(Row.of("GET", "/a" + c, ""), Row.of("GET", "/query?a" + c, "")));
    var odd =
        Stream.of(
            Row.of("GET", "/ping", ""),
            Row.of("HEAD", "/ping", ""),
            Row.of("OPTIONS", "/ping", ""),
            Row.of("OPTIONS", "*", ""),
            Row.of("TRACE", "/ping", ""),
            Row.of("DELETE", "/ping", ""),
            Row.of("BREW", "/ping", ""),
            Row.of("GET", "/unknown", ""),
            Row.of("GET", "//ping", ""),
            Row.of("GET", "/x/../ping", ""),
            Row.of("GET", "/ping;a=b", ""),
            Row.of("GET", "/ping%2F", ""),
            Row.of("GET", "/query?filter[a]=1|2`^{}\\", ""),
            Row.of("GET", "/query?%zz", ""),
            Row.of("GET", "/query?q=100%", ""),
            Row.of("GET", "/query?q=%2&r=%%41", ""),
            Row.of("GET", "/ping%", ""),
            Row.of("GET", "/ping%zz?q=%", ""),
            Row.of("GET", "/query?\u00e4", ""),
            Row.of("GET", "/stream", ""),
            Row.of("GET", "/nothing", ""),
            Row.of("GET", "/length", ""),
            Row.of("HEAD", "/length", ""),
            Row.of("GET", "/twice", ""),
            Row.of("GET", "/fail", ""),
            Row.of("GET", "/refuse", ""),
            Row.of("POST", "/echo", "abc"),
            Row.of("POST", "/echo", "a".repeat(16_000)),
            Row.of("POST", "/echo", "abc", "content-encoding: identity"),
            Row.of("POST", "/echo", "abc", "content-encoding: gzip"),
            Row.of("POST", "/echo", "abc", "content-encoding: br, gzip"),
            Row.of("POST", "/echo", "abc", "content-type: nonsense"),
            Row.of("POST", "/echo", "abc", "expect: 100-continue"),
            Row.of("POST", "/echo", "abc", "expect: 100-continue", "expect: 100-Continue"),
            Row.of("POST", "/echo", "abc", "expect: 100-continue, ,100-continue"),
            Row.of("POST", "/echo", "abc", "expect:"),
            Row.of("POST", "/echo", "abc", "expect: something"),
            Row.of("GET", "/ping", "", "expect: something"),
            Row.of("GET", "/ping", "", "x-helidon-cn: root"));
    return Stream.of(codes, bytes, odd).flatMap(all -> all);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void everyVersionGivesTheSameAnswer(Row row) throws Exception {
    var expected = answer(Version.HTTP_1_1, row);
    for (var version : Version.values()) {
      if (version.can(row)) {
        assertEquals(expected, answer(version, row), () -> version + " " + row);
      }
    }
  }

  @Test
  void randomRequestsDoToo() throws Exception {
    var random = new Random(SEED);
    for (int i = 0; i < RANDOM; i++) {
      everyVersionGivesTheSameAnswer(random(random));
    }
  }

  private static Row random(Random random) {
    var methods = List.of("GET", "GET", "POST", "POST", "HEAD", "PUT", "OPTIONS", "DELETE", "BREW");
    var targets =
        List.of(
            "/ping", "/echo", "/query?", "/stream", "/fail", "/refuse", "/twice", "/status?code=");
    var headers =
        List.of(
            "content-encoding: gzip",
            "content-encoding: identity",
            "content-type: application/json",
            "expect: 100-continue",
            "expect: something",
            "authorization: Bearer a.b.c",
            "accept-encoding: gzip",
            "range: bytes=0-1",
            "if-none-match: *",
            "x-empty:");
    var target = new StringBuilder(any(random, targets)).append(100 * (2 + random.nextInt(4)));
    if (random.nextInt(3) > 0) {
      target.setLength(target.length() - 3);
      target.append(random.nextInt(4) > 0 ? "" : String.valueOf((char) ('!' + random.nextInt(94))));
    }
    if (target.toString().contains("code=") && !target.toString().matches(".*code=\\d+")) {
      target.append("200");
    }
    var some = Stream.generate(() -> any(random, headers)).limit(random.nextInt(3)).distinct();
    var body = random.nextInt(2) == 0 ? "" : "x".repeat(random.nextInt(3000));
    return new Row(any(random, methods), target.toString(), body, some.toList());
  }

  private static String any(Random random, List<String> texts) {
    return texts.get(random.nextInt(texts.size()));
  }

  private Answer answer(Version version, Row row) throws IOException {
    return version.send(port(version), row);
  }

  private int port(Version version) {
    return (version.secure() ? secure : server).port();
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void aBusyHandlerIsInterruptedWhenItsClientLeaves(Version version) throws Exception {
    var row = Row.of("GET", "/wait", "");
    var client = Thread.ofVirtual().start(() -> leaveAfterSending(version, row));
    assertTrue(waiting.tryAcquire(30, TimeUnit.SECONDS), "the handler was not called");
    client.interrupt();
    assertTrue(interrupted.tryAcquire(30, TimeUnit.SECONDS), "the handler was not interrupted");
  }

  private void leaveAfterSending(Version version, Row row) {
    try {
      version.send(port(version), row);
    } catch (IOException | RuntimeException _) {
      // interrupted, which closes the socket
    }
  }
}
