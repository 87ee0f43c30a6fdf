package dev.oneport.transport.http2.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.Http2Bytes;
import dev.oneport.transport.RequestMemory;
import dev.oneport.transport.http2.Await;
import dev.oneport.transport.http2.RawClient;
import dev.oneport.transport.http2.RawServer;
import dev.oneport.transport.http2.client.StreamFailure.Kind;
import dev.oneport.transport.http2.frames.ErrorCode;
import dev.oneport.transport.http2.frames.Frame;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a server sends, the call ends in time with a reason, and little memory is taken. */
@Timeout(60)
final class HostileServerTest {
  private static final ClientLimits LIMITS =
      ClientLimits.defaults()
          .withTimes(Duration.ofSeconds(1), Duration.ofMillis(500), Duration.ofMinutes(1))
          .withKeepAlive(Duration.ofMillis(500), Duration.ofMillis(500));

  private static final byte[] HEAD =
      Http2Bytes.block(":status", "200", "content-type", "application/grpc");

  private static Http2Client client(RawServer server) {
    return new Http2Client(
        Dialer.plain("127.0.0.1", server.port()), LIMITS, RequestMemory.unbounded());
  }

  static Stream<Arguments> answers() {
    return Stream.of(
        ends("PUSH_PROMISE", s -> s.frame(Frame.PUSH_PROMISE, 4, 1, new byte[4])),
        ends("an answer on a stream that was not opened", s -> s.frame(Frame.HEADERS, 4, 3, HEAD)),
        ends("an answer on an even stream", s -> s.frame(Frame.HEADERS, 4, 2, HEAD)),
        ends("a frame above the size", s -> s.frame(Frame.DATA, 0, 1, new byte[20_000])),
        ends("a header block that cannot be decoded", s -> s.frame(Frame.HEADERS, 4, 1, ff())),
        ends("CONTINUATION of nothing", s -> s.frame(Frame.CONTINUATION, 4, 1, HEAD)),
        ends("a frame inside a header block", s -> s.frame(1, 0, 1, HEAD).frame(0, 0, 1)),
        ends("endless CONTINUATION", HostileServerTest::continuations),
        ends("a header block without end", s -> s.frame(Frame.HEADERS, 0, 1, HEAD)),
        ends("SETTINGS flood", s -> flood(s, Frame.SETTINGS, 0)),
        ends("PING flood", s -> flood(s, Frame.PING, 8)),
        ends("a flood of frames of unknown type", s -> flood(s, 0x77, 0)),
        ends("a window that is too large", s -> s.windowUpdate(0, Integer.MAX_VALUE)),
        ends("a window update of nothing", s -> s.windowUpdate(0, 0)),
        ends("SETTINGS of a wrong length", s -> s.frame(Frame.SETTINGS, 0, 0, new byte[5])),
        ends("SETTINGS with a wrong window", s -> s.settings(4, -1)),
        ends("padding that is longer than its frame", s -> s.frame(0, 8, 1, (byte) 9)),
        ends("nothing, not even an answer to PING", s -> s.silent().awaitEnd()),
        ends("it closes the connection", RawClient::close),
        fails("DATA before the head", s -> s.data(1, false, new byte[5])),
        fails("a head without status", s -> s.headers(1, false, "content-type", "text/html")),
        fails("a status of letters", s -> s.headers(1, false, ":status", "ok")),
        fails("101", s -> s.headers(1, true, ":status", "101")),
        fails("a name in capitals", s -> s.headers(1, false, ":status", "200", "A", "b")),
        fails("a field of HTTP/1.1", s -> s.headers(1, false, ":status", "200", "upgrade", "x")),
        fails("a value with a line break", s -> s.headers(1, false, ":status", "200", "a", "\n")),
        fails("a head that is too large", HostileServerTest::largeHead),
        fails("trailers without end", s -> s.frame(1, 4, 1, HEAD).frame(1, 4, 1, HEAD)),
        fails("more bytes than it said", s -> length(s, "3").data(1, true, new byte[4])),
        fails("fewer bytes than it said", s -> length(s, "3").data(1, true, new byte[2])),
        fails("more DATA than there is window", HostileServerTest::overflow),
        fails("a stream window that is too large", s -> s.windowUpdate(1, Integer.MAX_VALUE)));
  }

  private static Arguments ends(String name, Consumer<RawClient> script) {
    return Arguments.of(name, true, script);
  }

  private static Arguments fails(String name, Consumer<RawClient> script) {
    return Arguments.of(name, false, script);
  }

  private static byte[] ff() {
    var bytes = new byte[30];
    Arrays.fill(bytes, (byte) 0xFF);
    return bytes;
  }

  private static void continuations(RawClient server) {
    server.frame(Frame.HEADERS, 0, 1, HEAD);
    var filler = Http2Bytes.block("x", "y".repeat(16_000));
    IntStream.range(0, 10_000).forEach(_ -> server.frame(Frame.CONTINUATION, 0, 1, filler));
  }

  private static void flood(RawClient server, int type, int length) {
    IntStream.range(0, 100_000).forEach(_ -> server.frame(type, 0, 0, new byte[length]));
  }

  private static void largeHead(RawClient server) {
    server.headers(1, false, ":status", "200", "x", "y".repeat(15_000), "z", "z".repeat(20_000));
  }

  private static RawClient length(RawClient server, String length) {
    return server.headers(1, false, ":status", "200", "content-length", length);
  }

  private static void overflow(RawClient server) {
    server.frame(Frame.HEADERS, 4, 1, HEAD);
    IntStream.range(0, 100).forEach(_ -> server.data(1, false, new byte[16_000]));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("answers")
  void theCallFails(String name, boolean connectionEnds, Consumer<RawClient> script)
      throws Exception {
    try (var server = RawServer.http2((peer, _) -> script.accept(peer));
        var client = client(server);
        var answer = new Answer(client, "/a/b")) {
      // Before it is read, because reading gives a server more window.
      Await.until(name, () -> answer.stream().failure().isPresent());
      var failure = answer.await().failure();
      assertEquals(connectionEnds ? Kind.LOST : Kind.INVALID, failure.kind(), failure::detail);
      assertTrue(!failure.detail().isBlank(), name);
      if (connectionEnds) {
        Await.until("the connection is gone", () -> client.connections() == 0);
      } else {
        assertEquals(1, client.connections());
      }
      Await.until("the place is free", () -> client.streams() == 0);
    }
  }

  static Stream<Arguments> greetings() {
    return Stream.of(
        Arguments.of("HTTP/1.1", "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"),
        Arguments.of("HTML", "<!doctype html><title>no</title>"),
        Arguments.of("TLS", "\u0015\u0003\u0001\u0000\u0002\u0002F"),
        Arguments.of("half a frame", "\0\0"),
        Arguments.of("PING first", "\0\0\u0008\u0006\0\0\0\0\0" + "\0".repeat(8)),
        Arguments.of("nothing", ""));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("greetings")
  void whatIsNoHttp2IsNoConnection(String name, String greeting) throws Exception {
    Consumer<Socket> script =
        socket -> {
          try {
            socket.getOutputStream().write(greeting.getBytes(StandardCharsets.ISO_8859_1));
            socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
          } catch (IOException e) {
            // The client has had enough.
          }
        };
    try (var server = RawServer.of(script);
        var client = client(server)) {
      var failure = assertThrows(ConnectFailure.class, () -> new Answer(client, "/a/b"), name);
      assertTrue(!String.valueOf(failure.getMessage()).isBlank());
      assertEquals(0, client.connections());
    }
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        Arguments.of(
            "REFUSED_STREAM",
            (Consumer<RawClient>) s -> s.reset(1, ErrorCode.REFUSED_STREAM),
            Kind.NOT_PROCESSED),
        Arguments.of(
            "GOAWAY below the stream",
            (Consumer<RawClient>) s -> s.frame(Frame.GOAWAY, 0, 0, new byte[8]),
            Kind.NOT_PROCESSED),
        Arguments.of(
            "REFUSED_STREAM behind a head",
            (Consumer<RawClient>)
                s -> s.frame(Frame.HEADERS, 4, 1, HEAD).reset(1, ErrorCode.REFUSED_STREAM),
            Kind.RESET),
        Arguments.of(
            "RST_STREAM", (Consumer<RawClient>) s -> s.reset(1, ErrorCode.CANCEL), Kind.RESET),
        Arguments.of(
            "GOAWAY above the stream, and the end",
            (Consumer<RawClient>)
                s -> s.frame(Frame.GOAWAY, 0, 0, new byte[] {0, 0, 0, 1, 0, 0, 0, 0}).close(),
            Kind.LOST));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusals")
  void aServerSaysWhetherItHasLookedAtTheRequest(
      String name, Consumer<RawClient> script, Kind expected) throws Exception {
    try (var server = RawServer.http2((peer, _) -> script.accept(peer));
        var client = client(server);
        var answer = new Answer(client, "/a/b")) {
      assertEquals(expected, answer.await().failure().kind(), name);
    }
  }

  @Test
  void interimAnswersAreNotTheAnswer() throws Exception {
    Consumer<RawClient> script =
        s ->
            s.headers(1, false, ":status", "103", "link", "x")
                .headers(1, false, ":status", "200")
                .headers(1, true, "grpc-status", "0");
    try (var server = RawServer.http2((peer, _) -> script.accept(peer));
        var client = client(server);
        var answer = new Answer(client, "/a/b", true)) {
      assertEquals("0", answer.await().grpcStatus());
      assertEquals(200, answer.status());
    }
  }
}
