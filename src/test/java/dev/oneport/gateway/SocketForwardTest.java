package dev.oneport.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.Origin;
import dev.oneport.testing.RawHttp;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestTls;
import dev.oneport.testing.TextSocket;
import dev.oneport.transport.websocket.OriginSocket;
import io.helidon.common.buffers.BufferData;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Headers;
import io.helidon.http.HttpException;
import io.helidon.http.HttpPrologue;
import io.helidon.http.Status;
import io.helidon.http.WritableHeaders;
import io.helidon.websocket.WsListener;
import io.helidon.websocket.WsSession;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A WebSocket that is forwarded is as one that is not, at both of its ends. */
final class SocketForwardTest {
  private static final String BEHIND =
      "policy: { rules: [ { allow: [ anyone ], route: WS /live } ] }";
  private static final String BEFORE =
      """
      upstreams: { a: { url: "http://127.0.0.1:%d", idle-timeout: 2s } }
      forward: [ { route: WS /live/**, to: a, strip-prefix: /live, add-prefix: /live } ]
      policy:
        rules:
          - { allow: [ authenticated ], route: WS /live/** }
      """;

  private final BlockingQueue<String> closes = new LinkedBlockingQueue<>();
  private RunningServer behind;
  private RunningServer before;

  /** Answers each message with itself, or does what it says. */
  private final class Live implements WsListener {
    private String head = "";

    @Override
    public Optional<Headers> onHttpUpgrade(HttpPrologue prologue, Headers headers) {
      head = prologue.uriPath().rawPath() + "?" + prologue.query().rawValue() + "\n" + headers;
      if (prologue.query().rawValue().equals("refuse")) {
        throw new HttpException("no", Status.CONFLICT_409);
      }
      var answer = WritableHeaders.create();
      if (headers.all(HeaderNames.create("sec-websocket-protocol"), List::of).contains("chat")) {
        answer.set(HeaderValues.create("Sec-WebSocket-Protocol", "chat"));
      }
      return Optional.of(answer);
    }

    @Override
    public void onMessage(WsSession session, String text, boolean last) {
      switch (text) {
        case "head" -> session.send(head, true);
        case "close" -> session.close(4001, "bye");
        case "drop" -> session.terminate();
        case "pieces" -> {
          session.send("one ", false);
          session.send("tw\u00f6 ", false);
          session.send("three", true);
        }
        default -> session.send(text, last);
      }
    }

    @Override
    public void onMessage(WsSession session, BufferData buffer, boolean last) {
      session.send(buffer, last);
    }

    @Override
    public void onClose(WsSession session, int status, String reason) {
      closes.add(status + " " + reason);
    }
  }

  @BeforeEach
  void start() {
    behind = RunningServer.startPlain(BEHIND, port -> port.webSocket("/live", Live::new));
    before = RunningServer.startDev(BEFORE.formatted(behind.port()));
  }

  @AfterEach
  void stop() {
    before.close();
    behind.close();
  }

  private TextSocket open(String path) throws Exception {
    return TextSocket.open(before.port(), path, before.devToken("alice", "r"));
  }

  @Test
  void messagesPassBothWays() throws Exception {
    try (var socket = open("/live")) {
      assertEquals("hello", socket.ask("hello"));
      assertEquals("", socket.ask(""));
      assertEquals("one tw\u00f6 three", socket.ask("pieces"));
      var large = "\u00fc\ud83d\ude00x".repeat(100_000);
      assertEquals(large, socket.ask(large));
      socket.finish(4005);
    }
    assertEquals("4005 ", closes.poll(10, TimeUnit.SECONDS));
  }

  @Test
  void theUpstreamLearnsWhoCallsAndNoCredential() throws Exception {
    try (var socket = open("/live?x=1")) {
      var head = String.valueOf(socket.ask("head"));
      assertTrue(head.startsWith("/live?x=1\n"), head);
      assertTrue(head.contains("X-OnePort-Caller: alice"), head);
      assertTrue(head.contains("X-OnePort-Roles: r"), head);
      assertTrue(!head.toLowerCase(Locale.ROOT).contains("authorization"), head);
    }
  }

  @Test
  void theUpstreamsCloseReachesTheClient() throws Exception {
    try (var socket = open("/live")) {
      assertEquals("closed 4001 bye", socket.ask("close"));
    }
  }

  @Test
  void aLostUpstreamIsSaid() throws Exception {
    try (var socket = open("/live")) {
      assertEquals("closed 1013 the service behind this one cannot be reached", socket.ask("drop"));
    }
    before.close();
    var line = before.audit().lines().getLast();
    assertTrue(line.contains("\"reason\":\"UPSTREAM_UNAVAILABLE\""), line);
    assertTrue(line.contains("\"path\":\"/live\""), line);
  }

  @Test
  void aSilentUpstreamThatAnswersPingsIsKept() throws Exception {
    try (var socket = open("/live")) {
      assertEquals("a", socket.ask("a"));
      // Longer than the upstream's idle time.
      assertEquals(null, closes.poll(3, TimeUnit.SECONDS));
      assertEquals("b", socket.ask("b"));
    }
  }

  @Test
  void renewalsStayHere() throws Exception {
    try (var socket = open("/live")) {
      assertEquals(
          "oneport-token: ok", socket.ask("oneport-token: " + before.devToken("alice", "r")));
      assertEquals("next", socket.ask("next"));
    }
  }

  @Test
  void theLeaseEndsBothSides() throws Exception {
    try (var socket = open("/live")) {
      assertEquals("a", socket.ask("a"));
      assertTrue(
          before.reload(
              BEFORE.formatted(behind.port()).replace("[ authenticated ]", "[ \"bob@x\" ]")));
      assertTrue(String.valueOf(socket.next()).startsWith("closed 3003"), "closed");
    }
    assertTrue(String.valueOf(closes.poll(10, TimeUnit.SECONDS)).startsWith("3003"), "both");
  }

  @Test
  void aClientThatVanishesIsSaidToTheUpstream() throws Exception {
    var socket = open("/live");
    assertEquals("a", socket.ask("a"));
    socket.close();
    assertTrue(String.valueOf(closes.poll(10, TimeUnit.SECONDS)).startsWith("1001"), "gone");
  }

  @ParameterizedTest
  @CsvSource({"/live?refuse, 409", "/live/nothing, 404", "/other, 404", "/live/../x, 400"})
  void whatTheUpstreamRefusesIsRefusedAlike(String path, int status) throws Exception {
    var answer = upgrade(path, "Bearer " + before.devToken("alice"), "");
    assertEquals(status, answer.status(), answer.head());
  }

  @Test
  void withoutATokenTheUpstreamIsNotAsked() throws Exception {
    try (var origin = Origin.echo()) {
      assertTrue(before.reload(BEFORE.formatted(origin.port())));
      assertEquals(401, upgrade("/live", "none", "").status());
      assertEquals(List.of(), origin.requests());
    }
  }

  @Test
  void theBearerSubprotocolStaysHere() throws Exception {
    var token = before.devToken("alice").getBytes(StandardCharsets.US_ASCII);
    var bearer =
        "base64url.bearer.authorization.oneport.dev."
            + Base64.getUrlEncoder().withoutPadding().encodeToString(token);
    try (var origin =
        Origin.of(
            (request, in, out) -> {
              var key = request.values("sec-websocket-key").getFirst();
              Origin.write(
                  out,
                  "HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Protocol: chat\r\n"
                      + "Sec-WebSocket-Accept: %s\r\n\r\n".formatted(OriginSocket.accept(key)));
              return false;
            })) {
      assertTrue(before.reload(BEFORE.formatted(origin.port())));
      var answer = upgrade("/live", "", "Sec-WebSocket-Protocol: chat, " + bearer + "\r\n");
      assertEquals(101, answer.status(), answer.head());
      assertEquals("chat", answer.header("sec-websocket-protocol"));
      assertEquals(List.of("chat"), origin.requests().getFirst().values("sec-websocket-protocol"));
      assertEquals(List.of(), origin.requests().getFirst().values("sec-websocket-extensions"));
    }
  }

  /** It may be compressed, for example. */
  @Test
  void theContentOfARefusalPassesByteForByte() throws Exception {
    var bytes = "\u001f\u008b\u0000\u00ff\u00c3(";
    try (var origin =
        Origin.answering(
            "HTTP/1.1 403 No\r\nContent-Encoding: gzip\r\nX-Why: caf\u00e9\r\nContent-Length: 6\r\n\r\n"
                + bytes)) {
      assertTrue(before.reload(BEFORE.formatted(origin.port())));
      var answer = refused("/live");
      assertTrue(answer.startsWith("HTTP/1.1 403 "), answer);
      assertTrue(answer.endsWith("\r\n\r\n" + bytes), answer);
      assertTrue(answer.contains("Content-Encoding: gzip\r\n"), answer);
    }
  }

  /** It would have to be held whole. */
  @Test
  void aRefusalThatIsTooLargeIsOneWithoutItsContent() throws Exception {
    try (var origin = Origin.answering(Origin.response(403, "x".repeat(70_000)))) {
      assertTrue(before.reload(BEFORE.formatted(origin.port())));
      var answer = upgrade("/live", "Bearer " + before.devToken("alice"), "");
      assertEquals(403, answer.status());
      assertEquals("application/problem+json", answer.header("content-type"));
    }
  }

  @Test
  void aRefusalWithoutContentAnnouncesNone() throws Exception {
    try (var origin = Origin.answering("HTTP/1.1 204 X\r\n\r\n")) {
      assertTrue(before.reload(BEFORE.formatted(origin.port())));
      var answer = refused("/live");
      assertTrue(answer.startsWith("HTTP/1.1 204 "), answer);
      assertTrue(!answer.toLowerCase(Locale.ROOT).contains("content-length"), answer);
    }
  }

  /** Of an answer that ends its connection, all that arrives. */
  private String refused(String path) throws Exception {
    try (var socket = TestTls.connect(before.port())) {
      socket.setSoTimeout(20_000);
      Origin.write(
          socket.getOutputStream(), upgradeRequest(path, "Bearer " + before.devToken("alice"), ""));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  /** RFC 6455 section 4.1. */
  @Test
  void anAnswerWithoutTheConnectionOptionIsNoHandshake() throws Exception {
    try (var origin =
        Origin.of(
            (request, in, out) -> {
              var key = request.values("sec-websocket-key").getFirst();
              Origin.write(
                  out,
                  "HTTP/1.1 101 X\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: %s\r\n\r\n"
                      .formatted(OriginSocket.accept(key)));
              return false;
            })) {
      assertTrue(before.reload(BEFORE.formatted(origin.port())));
      assertEquals(502, upgrade("/live", "Bearer " + before.devToken("alice"), "").status());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "HTTP/1.1 101 X\r\n\r\n",
        "HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n",
        "garbage\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"
      })
  void anAnswerThatIsNoHandshakeIsTheUpstreamsFailure(String bytes) throws Exception {
    try (var origin =
        Origin.of(
            (_, _, out) -> {
              Origin.write(out, bytes);
              return false;
            })) {
      assertTrue(before.reload(BEFORE.formatted(origin.port())));
      var answer = upgrade("/live", "Bearer " + before.devToken("alice"), "");
      assertEquals(502, answer.status(), answer.head());
      assertTrue(answer.body().contains("UPSTREAM_UNAVAILABLE"), answer.body());
    }
  }

  private RawHttp.Answer upgrade(String path, String authorization, String more) throws Exception {
    return RawHttp.send(before.port(), upgradeRequest(path, authorization, more));
  }

  private static String upgradeRequest(String path, String authorization, String more) {
    return "GET "
        + path
        + " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        + (authorization.isEmpty() ? "" : "Authorization: " + authorization + "\r\n")
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        + "Sec-WebSocket-Extensions: permessage-deflate\r\n"
        + more
        + "\r\n";
  }
}
