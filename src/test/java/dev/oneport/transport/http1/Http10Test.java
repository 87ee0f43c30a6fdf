package dev.oneport.transport.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What differs for a client of HTTP/1.0. */
@TestInstance(Lifecycle.PER_CLASS)
final class Http10Test {
  private Http1Fixture server;

  @BeforeAll
  void start() {
    server = Http1Fixture.start();
  }

  @AfterAll
  void stop() {
    server.close();
  }

  static Stream<Arguments> served() {
    return Stream.of(
        arguments("without Host", "pong", "GET /ping HTTP/1.0\r\n\r\n"),
        arguments("with Host", "a", "GET /host HTTP/1.0\r\nHost: a\r\n\r\n"),
        arguments("absolute form, no Host", "a:1", "GET http://a:1/host HTTP/1.0\r\n\r\n"),
        arguments("a body", "abc", "POST /echo HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc"),
        arguments("no length is no body", "", "POST /echo HTTP/1.0\r\n\r\n"),
        arguments(
            "an expectation is ignored",
            "abc",
            "POST /echo HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc"),
        arguments(
            "an unknown expectation is ignored",
            "abc",
            "POST /echo HTTP/1.0\r\nExpect: x\r\nContent-Length: 3\r\n\r\nabc"),
        arguments(
            "an upgrade is ignored",
            "none",
            "GET /upgrade HTTP/1.0\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n"),
        arguments("what is streamed", "\0".repeat(102_400), "GET /stream HTTP/1.0\r\n\r\n"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("served")
  void servesAndCloses(String name, String body, String request) throws IOException {
    try (var client = server.connect()) {
      var response = client.send(request + "GET /ping HTTP/1.0\r\n\r\n").read();
      assertEquals(200, response.status());
      assertEquals(body, response.body());
      assertTrue(response.close());
      assertEquals("", response.header("transfer-encoding"));
      assertTrue(client.ended(), "another response follows");
    }
  }

  @ParameterizedTest(name = "kept: {0}")
  @MethodSource("served")
  void keepsTheConnectionIfAskedAndIfTheBodyHasALength(String name, String body, String request)
      throws IOException {
    var kept = request.replaceFirst("\r\n", "\r\nConnection: Keep-Alive\r\n");
    try (var client = server.connect()) {
      var response = client.send(kept).read();
      assertEquals(body, response.body());
      var streamed = request.contains("/stream");
      assertEquals(streamed ? "close" : "keep-alive", response.header("connection"));
      if (streamed) {
        assertTrue(client.ended());
      } else {
        assertEquals("pong", client.send("GET /ping HTTP/1.0\r\n\r\n").read().body());
      }
    }
  }

  @Test
  void aRequestWithoutHostIsForTheAddressItCameTo() throws IOException {
    try (var client = server.connect()) {
      var response = client.send("GET /host HTTP/1.0\r\n\r\n").read();
      assertEquals("127.0.0.1:" + server.port(), response.body());
    }
  }

  @Test
  void theResponseToHeadHasNoBody() throws IOException {
    try (var client = server.connect()) {
      var response = client.send("HEAD /stream HTTP/1.0\r\n\r\n").readHead();
      assertEquals(200, response.status());
      assertEquals("", response.header("transfer-encoding"));
      assertTrue(client.ended());
    }
  }

  @Test
  void aTransferCodingIsRefused() throws IOException {
    try (var client = server.connect()) {
      client.send("POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
      assertEquals(400, client.read().status());
    }
  }

  @Test
  void versionsTakeTurnsOnOneConnection() throws IOException {
    try (var client = server.connect()) {
      var old = client.send("GET /ping HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").read();
      assertEquals("keep-alive", old.header("connection"));
      var streamed = client.send("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n").read();
      assertEquals("chunked", streamed.header("transfer-encoding"));
      assertFalse(streamed.close());
      assertTrue(client.send("GET /ping HTTP/1.0\r\n\r\n").read().close());
    }
  }
}
