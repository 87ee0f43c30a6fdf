package dev.oneport.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.HeaderField;
import dev.oneport.testing.Origin;
import dev.oneport.testing.RawHttp;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestTls;
import dev.oneport.testing.WebClient;
import dev.oneport.transport.http2.RawClient;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.http.HttpClient.Version;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP requests reach the upstream, and its responses the client, as if nothing stood between. */
final class HttpForwardTest {
  @SuppressWarnings("InlineFormatString")
  private static final String YAML =
      """
      upstreams: { a: { url: "%s" } }
      forward: [ { route: HTTP * /a/**, to: a } ]
      policy:
        rules:
          - { allow: [ anyone ], route: [ HTTP GET /a/**, HTTP POST /a/**, HTTP PUT /a/up ] }
          - { allow: [ authenticated ], route: HTTP DELETE /a/** }
      """;

  private static RunningServer server(Origin origin) {
    return RunningServer.startDev(YAML.formatted(origin.url()));
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      assertTrue(latch.await(10, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static HttpResponse<byte[]> send(
      RunningServer server, Version version, String method, String path, byte[] body)
      throws Exception {
    try (var client = new WebClient(server.port(), version)) {
      var _ = client.send("GET", "/none", "", new byte[0], List.of());
      return client.send(method, path, "", body, List.of());
    }
  }

  @ParameterizedTest
  @EnumSource
  void requestAndResponsePass(Version version) throws Exception {
    try (var origin = Origin.echo();
        var server = server(origin)) {
      var response = send(server, version, "POST", "/a/b%20c?x=1&y=%2f", "hello".getBytes(UTF_8));
      assertEquals(200, response.statusCode());
      var text = new String(response.body(), UTF_8);
      assertTrue(text.startsWith("POST /a/b%20c?x=1&y=%2f HTTP/1.1\nHost: 127.0.0.1:"), text);
      assertTrue(text.endsWith("\n\nhello"), text);
      assertEquals("text/plain", response.headers().firstValue("content-type").orElse(""));
      server.stop();
      var line = server.audit().lines().getLast();
      assertTrue(line.contains("\"route\":\"HTTP POST /a/**\",\"path\":\"/a/b%20c\""), line);
    }
  }

  @ParameterizedTest
  @EnumSource
  void largeContentPassesBothWays(Version version) throws Exception {
    var body = new byte[3 << 20];
    new Random(7).nextBytes(body);
    try (var origin =
            Origin.of(
                (request, in, out) -> {
                  var content = request.content(in);
                  Origin.write(
                      out, "HTTP/1.1 200 OK\r\nContent-Length: " + content.length + "\r\n\r\n");
                  out.write(content);
                  return true;
                });
        var server = server(origin)) {
      var response = send(server, version, "POST", "/a/large", body);
      assertArrayEquals(body, response.body());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aResponseIsStreamed(Version version) throws Exception {
    var read = new CountDownLatch(1);
    try (var origin =
            Origin.of(
                (_, _, out) -> {
                  Origin.write(
                      out, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n");
                  await(read);
                  Origin.write(out, "3;x=y\r\ntwo\r\n0\r\nX-End: 1\r\n\r\n");
                  return true;
                });
        var server = server(origin);
        var client = new WebClient(server.port(), version)) {
      var _ = client.send("GET", "/none", "", new byte[0], List.of());
      var request = client.request("GET", "/a/stream", "", new byte[0], List.of());
      var response = client.http().send(request, BodyHandlers.ofInputStream());
      try (var in = response.body()) {
        assertEquals("one", new String(in.readNBytes(3), UTF_8));
        read.countDown();
        assertEquals("two", new String(in.readAllBytes(), UTF_8));
      }
    }
  }

  @Test
  void whatNoRuleIsAboutIsRefusedBeforeTheUpstream() throws Exception {
    try (var origin = Origin.echo();
        var server = server(origin)) {
      assertEquals(405, send(server, Version.HTTP_1_1, "PATCH", "/a/b", new byte[0]).statusCode());
      assertEquals(404, send(server, Version.HTTP_1_1, "GET", "/b", new byte[0]).statusCode());
      assertEquals(401, send(server, Version.HTTP_1_1, "DELETE", "/a/b", new byte[0]).statusCode());
      assertEquals(400, RawHttp.get(server.port(), "/a/../b").status());
      assertEquals(List.of(), origin.requests());
      try (var client = new WebClient(server.port(), Version.HTTP_1_1)) {
        var token = new HeaderField("authorization", "Bearer " + server.devToken("alice"));
        var answer = client.send("DELETE", "/a/b", "", new byte[0], List.of(token));
        var head = new String(answer.body(), UTF_8);
        assertEquals(200, answer.statusCode());
        assertTrue(head.contains("X-OnePort-Caller: alice\n"), head);
        assertTrue(!head.toLowerCase(Locale.ROOT).contains("authorization"), head);
      }
    }
  }

  /** The client sends more than the upstream ever reads, and learns why it should not have. */
  @Test
  void anEarlyAnswerReachesAClientThatStillSends() throws Exception {
    try (var origin =
            Origin.of(
                (_, _, out) -> {
                  Origin.write(out, Origin.response(413, "too much"));
                  return false;
                });
        var server = server(origin)) {
      var response = send(server, Version.HTTP_1_1, "POST", "/a/b", new byte[200_000]);
      assertEquals(413, response.statusCode());
      assertEquals("too much", new String(response.body(), UTF_8));
    }
  }

  /** It closes nothing either, and its idle time is minutes. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anUpstreamThatReadsNoMoreAfterItsAnswerHoldsNobodyUp(boolean chunked) throws Exception {
    var content = "x".repeat(8_000_000);
    var request =
        chunked
            ? "Transfer-Encoding: chunked\r\n\r\n7a1200\r\n" + content + "\r\n0\r\n\r\n"
            : "Content-Length: 8000000\r\n\r\n" + content;
    var over = new CountDownLatch(1);
    try (var origin =
            Origin.of(
                (asked, _, out) -> {
                  Origin.write(out, Origin.response(200, asked.line()));
                  await(over);
                  return false;
                });
        var server = server(origin);
        var client = TestTls.connect(server.port())) {
      client.setSoTimeout(20_000);
      var in = new BufferedInputStream(client.getInputStream());
      Origin.write(client.getOutputStream(), "POST /a/1 HTTP/1.1\r\nHost: localhost\r\n" + request);
      assertEquals("POST /a/1 HTTP/1.1", RawHttp.read(in).body());
      Origin.write(client.getOutputStream(), "GET /a/2 HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertEquals("GET /a/2 HTTP/1.1", RawHttp.read(in).body());
      over.countDown();
    }
  }

  @Test
  void contentThatWaitsIsAskedForByTheUpstream() throws Exception {
    try (var origin =
            Origin.of(
                (request, in, out) -> {
                  assertEquals(List.of("100-continue"), request.values("expect"));
                  Origin.write(out, "HTTP/1.1 100 Continue\r\n\r\n");
                  Origin.write(out, Origin.response(200, new String(request.content(in), UTF_8)));
                  return true;
                });
        var server = server(origin);
        var socket = TestTls.connect(server.port())) {
      socket.setSoTimeout(10_000);
      Origin.write(
          socket.getOutputStream(),
          "POST /a/b HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
      var interim = "HTTP/1.1 100 Continue\r\n\r\n";
      var first = new String(socket.getInputStream().readNBytes(interim.length()), UTF_8);
      assertTrue(first.startsWith("HTTP/1.1 100"), first);
      Origin.write(socket.getOutputStream(), "hello");
      var rest = new StringBuilder();
      while (!rest.toString().endsWith("hello")) {
        rest.append((char) socket.getInputStream().read());
      }
      assertTrue(rest.toString().contains("HTTP/1.1 200"), rest.toString());
    }
  }

  /** RFC 9110 section 10.1.1: so that the client need not send content that is refused. */
  @ParameterizedTest
  @ValueSource(strings = {"Content-Length: 5", "Transfer-Encoding: chunked"})
  void contentThatTheUpstreamRefusesIsNotAskedFor(String framing) throws Exception {
    try (var refusing =
            Origin.of(
                (_, _, out) -> {
                  Origin.write(out, Origin.response(417, "no"));
                  return false;
                });
        var server = server(refusing)) {
      var answer =
          RawHttp.send(
              server.port(),
              "POST /a/b HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
                  + framing
                  + "\r\n\r\n");
      assertEquals("417 no", answer.status() + " " + answer.body());
    }
  }

  /** What a GET would send is then unknown to the server too (RFC 9110 section 8.6). */
  @ParameterizedTest
  @ValueSource(strings = {"", "Transfer-Encoding: chunked\r\n", "Content-Length: 7\r\n"})
  void theLengthThatHeadIsToldIsTheUpstreams(String framing) throws Exception {
    try (var origin = Origin.answering("HTTP/1.1 200 X\r\n" + framing + "\r\n");
        var server = server(origin)) {
      var length = framing.startsWith("Content-Length") ? "7" : "";
      for (var version : List.of("1.1", "1.0")) {
        var answer =
            RawHttp.send(
                server.port(),
                "HEAD /a/b HTTP/%s\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                    .formatted(version));
        assertEquals(200, answer.status());
        assertEquals(length, answer.header("content-length"), version);
      }
      try (var client = RawClient.connect(server.port())) {
        client.headers(
            1,
            true,
            ":method",
            "HEAD",
            ":scheme",
            "http",
            ":path",
            "/a/b",
            ":authority",
            "localhost");
        var response = client.response(1);
        assertEquals(
            length.isEmpty() ? List.of() : List.of(length),
            response.head().stream()
                .filter(field -> field.name().equals("content-length"))
                .map(field -> field.value())
                .toList());
        assertEquals("", response.text());
      }
    }
  }
}
