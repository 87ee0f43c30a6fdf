package dev.oneport.transport.http2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.transport.http2.frames.ErrorCode;
import dev.oneport.transport.http2.frames.Frame;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A connection that was upgraded from HTTP/1.1 is as good as one that was HTTP/2 from the start.
 */
final class UpgradeTest {
  private static Http2Port port() {
    return Http2Port.builder()
        .http(
            r ->
                r.get("/ping", (req, res) -> res.send("pong " + req.prologue().protocolVersion()))
                    .get("/query", (req, res) -> res.send(req.query().get("a") + req.authority()))
                    .post("/refuse", (_, res) -> res.status(403).send("no"))
                    .post(
                        "/length",
                        (req, res) -> res.send("" + req.content().as(byte[].class).length)))
        .start();
  }

  @Test
  void theRequestOfTheUpgradeIsTheFirstStream() {
    try (var port = port();
        var client = RawClient.upgrade(port.port(), "GET /query?a=b")) {
      assertEquals("blocalhost", client.response(1).text());
      assertEquals("pong 2.0", client.get(3, "/ping").response(3).text());
    }
  }

  @Test
  void lateFramesLeaveAnUpgradedConnectionAlone() {
    try (var port = port();
        var client = RawClient.upgrade(port.port(), "GET /ping")) {
      client.response(1);
      client.get(3, "/ping").reset(1, ErrorCode.CANCEL).data(1, false, new byte[10]);
      assertEquals("pong 2.0", client.response(3).text());
      assertTrue(client.isAlive());
    }
  }

  @Test
  void stoppingTheServerLetsAnUpgradedConnectionFinish() throws InterruptedException {
    var inside = new AtomicInteger();
    var release = new CountDownLatch(1);
    try (var port =
            Http2Port.builder()
                .grace(Duration.ofSeconds(10))
                .http(
                    r ->
                        r.get(
                            "/wait",
                            (_, res) -> {
                              inside.incrementAndGet();
                              release.await();
                              res.send("done");
                            }))
                .start();
        var client = RawClient.upgrade(port.port(), "GET /wait")) {
      Await.until("it is inside", () -> inside.get() == 1);
      var stop = Thread.ofVirtual().start(port.server()::stop);
      client.awaitType(Frame.GOAWAY);
      release.countDown();
      assertEquals("done", client.response(1).text());
      client.awaitEnd();
      stop.join();
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "no settings, Connection: Upgrade",
    "broken settings, HTTP2-Settings: !!!",
    "settings of a wrong length, HTTP2-Settings: AAQA",
    "two settings, 'HTTP2-Settings: AAQAAP__\r\nHTTP2-Settings: AAQAAP__'",
  })
  void whatDoesNotAskProperlyIsAnsweredInHttp1(String name, String header) {
    try (var port = port();
        var client = RawClient.bare(port.port())) {
      client.bytes(
          ("GET /ping HTTP/1.1\r\nHost: h\r\nUpgrade: h2c\r\n" + header + "\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      assertEquals("HTTP/1.1 200 OK", client.line(), name);
    }
  }

  @Test
  void settingsOfTheUpgradeThatAreWrongEndTheConnection() {
    try (var port = port();
        var client = RawClient.bare(port.port())) {
      var request =
          """
          GET /ping HTTP/1.1\r
          Host: h\r
          Upgrade: h2c\r
          Connection: Upgrade, HTTP2-Settings\r
          HTTP2-Settings: AAT_____\r
          \r
          """;
      client.bytes(request.getBytes(StandardCharsets.US_ASCII));
      assertTrue(client.line().startsWith("HTTP/1.1 101"));
      while (!client.line().isEmpty()) {}
      assertEquals(ErrorCode.FLOW_CONTROL_ERROR, client.awaitEnd().orElseThrow().code());
    }
  }

  @Test
  void theJdksClientUpgradesAndStays() throws IOException, InterruptedException {
    try (var port = port();
        var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build()) {
      var ping = request(port, "/ping").GET().build();
      assertEquals("pong 2.0", client.send(ping, BodyHandlers.ofString()).body());
      var large = BodyPublishers.ofByteArray(new byte[3_000_000]);
      var length = request(port, "/length").POST(large).build();
      assertEquals("3000000", client.send(length, BodyHandlers.ofString()).body());
      for (int i = 0; i < 20; i++) {
        var refused = request(port, "/refuse").POST(large).build();
        assertEquals(403, client.send(refused, BodyHandlers.ofString()).statusCode());
      }
      assertEquals("pong 2.0", client.send(ping, BodyHandlers.ofString()).body());
      assertEquals(1, port.http2().openConnections());
    }
  }

  private static HttpRequest.Builder request(Http2Port port, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port.port() + path))
        .timeout(Duration.ofSeconds(10));
  }
}
