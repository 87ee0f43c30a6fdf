package dev.oneport.transport.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.oneport.testing.TestTls;
import dev.oneport.transport.http1.Await;
import dev.oneport.transport.http1.RawHttp;
import dev.oneport.transport.http1.RawHttp.Response;
import io.helidon.http.DirectHandler.EventType;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.http.WritableHeaders;
import io.helidon.websocket.WsListener;
import io.helidon.websocket.WsUpgradeException;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which requests become sockets, and what the others are told (RFC 6455 section 4.2). */
final class HandshakeTest {
  private static final String SCHEME = TestTls.ON ? "https" : "http";
  private static final String OTHER = TestTls.ON ? "http" : "https";
  private static final String REQUEST = RawSocket.request("/test", "");

  private final AtomicInteger asked = new AtomicInteger();
  private SocketFixture server;

  /** Refuses in its own words. */
  private static final class Wordy extends Recorder implements UpgradeRefusals {
    @Override
    public boolean served() {
      return true;
    }

    @Override
    public RequestException refusal(RefusedUpgrade why, HttpPrologue prologue, Headers headers) {
      var client = WebSocketServer.connecting().isPresent() ? " of " : " of nobody ";
      return RequestException.builder()
          .type(EventType.OTHER)
          .status(Status.TOO_MANY_REQUESTS_429)
          .header(HeaderValues.create(HeaderNames.RETRY_AFTER, 7))
          .message(why + client + prologue.uriPath().rawPath())
          .build();
    }

    @Override
    public void invalid(RequestException answer, HttpPrologue prologue, Headers headers) {}
  }

  /** Decides by the request's path query. */
  private final class Deciding implements WsListener {
    @Override
    public Optional<Headers> onHttpUpgrade(HttpPrologue prologue, Headers headers)
        throws WsUpgradeException {
      asked.incrementAndGet();
      var how = prologue.query().isEmpty() ? "" : prologue.query().rawValue();
      return switch (how) {
        case "401" -> throw refusal();
        case "rejected" -> throw new WsUpgradeException("a secret of the listener");
        case "broken" -> throw new IllegalStateException("a secret of the listener");
        case "chat", "other" -> chosen("Sec-WebSocket-Protocol", how);
        case "accept" -> chosen("Sec-WebSocket-Accept", "x");
        case "injected" -> chosen("X-Custom", "a\r\nX-Evil: b");
        case "custom" -> chosen("X-Custom", "a");
        default -> Optional.empty();
      };
    }

    private static Optional<Headers> chosen(String name, String value) {
      var headers = WritableHeaders.create();
      headers.set(HeaderNames.create(name), value);
      return Optional.of(headers);
    }

    private static RequestException refusal() {
      return RequestException.builder()
          .type(EventType.OTHER)
          .status(Status.UNAUTHORIZED_401)
          .header(HeaderValues.create("WWW-Authenticate", "Bearer realm=\"oneport\""))
          .header(HeaderValues.create("Content-Type", "application/problem+json"))
          .message("{\"reason\":\"CREDENTIALS_MISSING\"}")
          .build();
    }
  }

  @BeforeEach
  void start() {
    server = SocketFixture.start(SocketFixture.LIMITS, Deciding::new);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Response ask(String request) throws IOException {
    try (var client = RawHttp.connect(server.port())) {
      return client.send(request).read();
    }
  }

  static Stream<Arguments> accepted() {
    return Stream.of(
        arguments("as it should be", REQUEST),
        arguments("the protocol in capitals", REQUEST.replace("websocket", "WEBSOCKET")),
        arguments("the protocol as in the RFC", REQUEST.replace("websocket", "WebSocket")),
        arguments("the protocol among others", REQUEST.replace("websocket", "h2c, websocket")),
        arguments(
            "the option in capitals",
            REQUEST.replace("Connection: Upgrade", "Connection: UPGRADE")),
        arguments(
            "the option among others",
            REQUEST.replace("Connection: Upgrade", "Connection: keep-alive, Upgrade")),
        arguments(
            "header names in lower case",
            REQUEST
                .replace("Sec-WebSocket-", "sec-websocket-")
                .replace("Connection", "connection")),
        arguments(
            "header names in capitals",
            REQUEST.replace("Sec-WebSocket-", "SEC-WEBSOCKET-").replace("Upgrade:", "UPGRADE:")),
        arguments("no origin", REQUEST),
        arguments("the same origin", with("Origin: " + SCHEME + "://localhost")),
        arguments(
            "the same origin with its default port",
            with("Origin: " + SCHEME + "://localhost:" + (TestTls.ON ? 443 : 80))),
        arguments(
            "the same origin in capitals",
            with("Origin: " + SCHEME.toUpperCase(Locale.ROOT) + "://LOCALHOST")),
        arguments("subprotocols that no one chooses", with("Sec-WebSocket-Protocol: a, b")),
        arguments(
            "extensions that are not spoken",
            with("Sec-WebSocket-Extensions: x-webkit-deflate-frame; a=b")));
  }

  private static String with(String header) {
    return RawSocket.request("/test", header + "\r\n");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("accepted")
  void switchesProtocols(String name, String request) throws IOException {
    var response = ask(request);
    assertEquals(101, response.status());
    assertEquals("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", response.header("sec-websocket-accept"));
    assertEquals("websocket", response.header("upgrade"));
    assertEquals("Upgrade", response.header("connection"));
    assertEquals(List.of(), response.all("sec-websocket-protocol"));
    assertEquals(List.of(), response.all("sec-websocket-extensions"));
  }

  static Stream<Arguments> refused() {
    var key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    var version = "Sec-WebSocket-Version: 13\r\n";
    return Stream.of(
        arguments("POST", 405, REQUEST.replace("GET", "POST")),
        arguments("no key", 400, REQUEST.replace(key, "")),
        arguments("two keys", 400, REQUEST.replace(key, key + key)),
        arguments("an empty key", 400, REQUEST.replace(key, "Sec-WebSocket-Key:\r\n")),
        arguments(
            "a key of 15 bytes",
            400,
            REQUEST.replace(key, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j\r\n")),
        arguments(
            "a key of 17 bytes",
            400,
            REQUEST.replace(key, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZWE=\r\n")),
        arguments(
            "a key that is not base64",
            400,
            REQUEST.replace(key, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZ*==\r\n")),
        arguments(
            "a key without padding",
            400,
            REQUEST.replace(key, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ\r\n")),
        arguments("no version", 426, REQUEST.replace(version, "")),
        arguments("version 8", 426, REQUEST.replace("13\r\n", "8\r\n")),
        arguments("version 14", 426, REQUEST.replace("13\r\n", "14\r\n")),
        arguments(
            "two versions",
            426,
            REQUEST.replace(version, version + "Sec-WebSocket-Version: 8\r\n")),
        arguments("a version with a zero", 426, REQUEST.replace("13\r\n", "013\r\n")),
        arguments(
            "the same host by another scheme", 403, with("Origin: " + OTHER + "://localhost")),
        arguments("another origin", 403, with("Origin: http://evil.example")),
        arguments("another port", 403, with("Origin: http://localhost:81")),
        arguments("no origin in particular", 403, with("Origin: null")),
        arguments(
            "an origin that begins the same", 403, with("Origin: http://localhost.evil.example")),
        arguments(
            "two origins", 403, with("Origin: http://localhost\r\nOrigin: http://evil.example")));
  }

  @ParameterizedTest(name = "{1}: {0}")
  @MethodSource("refused")
  void refusesBeforeTheListenerIsAsked(String name, int status, String request) throws IOException {
    var response = ask(request);
    assertEquals(status, response.status());
    assertEquals(0, asked.get());
    assertEquals(0, server.sockets.open());
  }

  @Test
  void anotherVersionIsToldTheOneSpoken() throws IOException {
    var response = ask(REQUEST.replace("13\r\n", "12\r\n"));
    assertEquals("13", response.header("sec-websocket-version"));
    assertEquals("websocket", response.header("upgrade"));
  }

  @Test
  void aPathThatIsNoSocketStaysHttp() throws IOException {
    assertEquals(404, ask(RawSocket.request("/nothing", "")).status());
    assertEquals("pong", ask(RawSocket.request("/ping", "")).body());
  }

  @Test
  void aListenersRefusalIsTheWholeResponse() throws IOException {
    try (var client = RawHttp.connect(server.port())) {
      var response = client.send(RawSocket.request("/test?401", "")).read();
      assertEquals(401, response.status());
      assertEquals("Bearer realm=\"oneport\"", response.header("www-authenticate"));
      assertEquals("application/problem+json", response.header("content-type"));
      assertEquals("{\"reason\":\"CREDENTIALS_MISSING\"}", response.body());
      assertTrue(client.ended());
    }
  }

  @Test
  void aListenersRejectionIsNeverASuccess() throws IOException {
    var response = ask(RawSocket.request("/test?rejected", ""));
    assertEquals(400, response.status());
    assertFalse(response.body().contains("secret"));
  }

  @Test
  void aListenersFailureIsNotTold() throws IOException {
    var response = ask(RawSocket.request("/test?broken", ""));
    assertEquals(500, response.status());
    assertFalse(response.body().contains("secret"));
    assertEquals(0, server.sockets.open());
  }

  @Test
  void aChosenSubprotocolIsAnswered() throws IOException {
    var offer = "Sec-WebSocket-Protocol: soap,chat\r\nSec-WebSocket-Protocol: x\r\n";
    var response = ask(RawSocket.request("/test?chat", offer));
    assertEquals(101, response.status());
    assertEquals("chat", response.header("sec-websocket-protocol"));
  }

  @Test
  void aSubprotocolThatWasNotOfferedIsTheServersMistake() throws IOException {
    var offer = "Sec-WebSocket-Protocol: soap, chat\r\n";
    assertEquals(500, ask(RawSocket.request("/test?other", offer)).status());
    assertEquals(500, ask(RawSocket.request("/test?chat", "")).status());
  }

  @Test
  void aListenerMayAddHeadersButNotThoseOfTheHandshake() throws IOException {
    assertEquals("a", ask(RawSocket.request("/test?custom", "")).header("x-custom"));
    assertEquals(500, ask(RawSocket.request("/test?accept", "")).status());
    assertEquals(500, ask(RawSocket.request("/test?injected", "")).status());
  }

  @Test
  void moreSocketsThanTheLimitAreRefused() throws Exception {
    try (var small = SocketFixture.start(atMost(2), Deciding::new);
        var first = RawSocket.open(small.port(), "/test");
        var second = RawSocket.open(small.port(), "/test")) {
      try (var third = RawHttp.connect(small.port())) {
        assertEquals(503, third.send(REQUEST).read().status());
      }
      first.send(RawFrame.close(1000));
      first.drain();
      Await.until("one has ended", () -> small.sockets.open() == 1);
      RawSocket.open(small.port(), "/test").close();
      assertEquals(1000, second.send(RawFrame.close(1000)).read().closeCode());
    }
  }

  private static WebSocketLimits atMost(int open) {
    var limits = SocketFixture.LIMITS;
    return new WebSocketLimits(
        open,
        limits.maxFrameBytes(),
        limits.maxMessageBytes(),
        limits.maxStreamBytes(),
        limits.sendTimeout(),
        limits.closeTimeout(),
        limits.pingInterval(),
        limits.missedPings(),
        limits.origins(),
        limits.compression());
  }

  @Test
  void aListenerMayAnswerWhatIsRefusedBeforeItIsAsked() throws Exception {
    try (var small = SocketFixture.start(atMost(1), Wordy::new);
        var first = RawSocket.open(small.port(), "/test")) {
      assertEquals("FULL of /test", refusal(small, REQUEST));
      assertEquals("ORIGIN of /test", refusal(small, with("Origin: http://evil.example")));
      small.sockets.drain(new CloseReason(1001, ""));
      assertEquals(1001, first.read().closeCode());
      assertEquals("DRAINING of /test", refusal(small, REQUEST));
    }
  }

  private static String refusal(SocketFixture server, String request) throws IOException {
    try (var client = RawHttp.connect(server.port())) {
      var response = client.send(request).read();
      assertEquals(429, response.status());
      assertEquals("7", response.header("retry-after"));
      assertTrue(client.ended());
      return response.body();
    }
  }

  @Test
  void aFrameThatComesWithTheRequestIsNotLost() throws IOException {
    try (var client = RawHttp.connect(server.port())) {
      client.send(RawSocket.request("/echo", ""));
      client.send(RawFrame.text("early").masked());
      assertEquals(101, client.read().status());
      assertEquals(0x81, client.in().read());
    }
  }
}
