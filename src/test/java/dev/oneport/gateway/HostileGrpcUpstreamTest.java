package dev.oneport.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.Http2Bytes;
import dev.oneport.testing.RunningServer;
import dev.oneport.transport.http2.RawClient;
import dev.oneport.transport.http2.RawFrame;
import dev.oneport.transport.http2.RawServer;
import dev.oneport.transport.http2.frames.Frame;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever a gRPC upstream does wrong in HTTP/2 is one call's failure; the next one is answered.
 */
@Timeout(60)
final class HostileGrpcUpstreamTest {
  @SuppressWarnings("InlineFormatString")
  private static final String YAML =
      """
      upstreams: { a: { url: "h2c://127.0.0.1:%d", first-byte-timeout: 1s, idle-timeout: 1s, reflection: false } }
      forward: [ { route: GRPC **/*, to: a } ]
      policy: { rules: [ { allow: [ anyone ], route: GRPC **/* } ] }
      """;

  private static final int PUSH_PROMISE = 5;
  private static final int CONTINUATION = 9;
  private static final int END_HEADERS = 4;
  private static final int INITIAL_WINDOW = 4;
  private static final int UNAVAILABLE = 14;
  private static final int DEADLINE_EXCEEDED = 4;

  /** As much as an endless answer may make a sender send: what the sockets of both ends hold. */
  private static final long MOST = 16 << 20;

  record Row(String name, Consumer<RawClient> answer, int status) {
    Row(String name, Consumer<RawClient> answer) {
      this(name, answer, UNAVAILABLE);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static RawClient head(RawClient peer) {
    return peer.headers(1, false, ":status", "200", "content-type", "application/grpc");
  }

  private static RawClient whole(RawClient peer, String... more) {
    head(peer).message(1, false, "stolen".getBytes(UTF_8));
    return peer.headers(1, true, more.length == 0 ? new String[] {"grpc-status", "0"} : more);
  }

  static Stream<Row> rows() {
    return Stream.of(
        new Row("content before a head", it -> it.message(1, false)),
        new Row("content of the connection", it -> head(it).data(0, false)),
        new Row("content of a call that is not there", it -> head(it).data(99, false)),
        new Row("content of the server's own stream", it -> head(it).data(2, false)),
        new Row("a head of the server's own stream", it -> it.headers(2, true, ":status", "200")),
        new Row("a promise", it -> it.frame(PUSH_PROMISE, END_HEADERS, 1, RawClient.int32(2))),
        new Row("a continuation of nothing", it -> it.frame(CONTINUATION, END_HEADERS, 1)),
        new Row(
            "something else among the parts of a head",
            it -> it.frame(Frame.HEADERS, 0, 1).data(1, false)),
        new Row(
            "a frame that is too large",
            it -> it.bytes(Http2Bytes.frame(Frame.DATA, 0, 1, new byte[20_000]))),
        new Row("a window of nothing more", it -> it.frame(Frame.WINDOW_UPDATE, 0, 0, new byte[4])),
        new Row(
            "a window that overflows",
            it -> it.windowUpdate(0, Integer.MAX_VALUE).windowUpdate(0, Integer.MAX_VALUE)),
        new Row("a setting that cannot be", it -> it.settings(INITIAL_WINDOW, -1)),
        new Row("settings of a stream", it -> it.frame(Frame.SETTINGS, 0, 1)),
        new Row("a ping of seven bytes", it -> it.frame(Frame.PING, 0, 0, new byte[7])),
        new Row(
            "fields that are not HPACK",
            it -> it.frame(Frame.HEADERS, END_HEADERS, 1, new byte[] {-1, -1, -1, -1, -1, -1})),
        new Row(
            "an answer in HTTP/1.1",
            it -> it.bytes("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(UTF_8))),
        new Row(
            "an answer of gRPC-Web",
            it ->
                it.headers(1, false, ":status", "200", "content-type", "application/grpc-web+proto")
                    .message(1, false, "stolen".getBytes(UTF_8))
                    .headers(1, true, "grpc-status", "0")),
        new Row(
            "an answer of plain HTTP with a status of gRPC",
            it ->
                it.headers(
                    1, true, ":status", "200", "content-type", "text/html", "grpc-status", "0")),
        new Row("no status", it -> it.headers(1, false, "content-type", "application/grpc")),
        new Row("a status that is not a number", it -> it.headers(1, true, ":status", "2x0")),
        new Row(
            "a name in upper case",
            it -> it.headers(1, false, ":status", "200", "Content-Type", "application/grpc")),
        new Row(
            "a field of a connection",
            it ->
                it.headers(
                    1,
                    false,
                    ":status",
                    "200",
                    "content-type",
                    "application/grpc",
                    "connection",
                    "x")),
        new Row(
            "a line break in a value",
            it ->
                it.headers(
                    1,
                    false,
                    ":status",
                    "200",
                    "content-type",
                    "application/grpc",
                    "x",
                    "a\r\nb: c")),
        new Row(
            "two lengths",
            it ->
                it.headers(
                    1,
                    false,
                    ":status",
                    "200",
                    "content-type",
                    "application/grpc",
                    "content-length",
                    "1",
                    "content-length",
                    "2")),
        new Row(
            "more than its length",
            it ->
                it.headers(
                        1,
                        false,
                        ":status",
                        "200",
                        "content-type",
                        "application/grpc",
                        "content-length",
                        "2")
                    .message(1, false, "stolen".getBytes(UTF_8))),
        new Row(
            "trailers that do not end it", it -> head(it).headers(1, false, "grpc-status", "0")),
        new Row(
            "trailers with a status of HTTP",
            it -> whole(it, ":status", "200", "grpc-status", "0")),
        new Row(
            "a status of gRPC that is not a number", it -> whole(it, "grpc-status", "zero"), -1),
        new Row(
            "silence in a message", it -> head(it).data(1, false, (byte) 0), DEADLINE_EXCEEDED));
  }

  /** -1 for any failure. */
  @ParameterizedTest
  @MethodSource("rows")
  void oneCallFailsAndTheNextDoesNot(Row row) {
    var calls = new AtomicInteger();
    try (var upstream =
            RawServer.http2(
                (peer, first) -> {
                  if (calls.getAndIncrement() == 0) {
                    peer.await(RawFrame::endsStream);
                    row.answer().accept(peer);
                  } else {
                    echo(peer, first);
                  }
                  serve(peer);
                });
        var server = RunningServer.start(YAML.formatted(upstream.port()));
        var client = RawClient.connect(server.port());
        var other = RawClient.connect(server.port())) {
      client.call(1, "/a.B/C").message(1, true, "first".getBytes(UTF_8));
      var status = client.response(1).trailer("grpc-status");
      assertTrue(
          row.status() < 0 ? !status.equals("0") : status.equals("" + row.status()),
          () -> status + server.audit().lines());
      other.call(1, "/a.B/C").message(1, true, "second".getBytes(UTF_8));
      var answer = other.response(1);
      assertEquals("0", answer.trailer("grpc-status"));
      assertTrue(answer.text().endsWith("second"), answer::text);
    }
  }

  /** Answers more calls of a connection, each with what it says. */
  private static void serve(RawClient peer) {
    while (true) {
      echo(peer, peer.awaitType(Frame.HEADERS));
    }
  }

  private static void echo(RawClient peer, RawFrame request) {
    var body =
        peer.await(frame -> frame.type() == Frame.DATA && frame.stream() == request.stream())
            .payload();
    peer.headers(request.stream(), false, ":status", "200", "content-type", "application/grpc")
        .data(request.stream(), false, body)
        .headers(request.stream(), true, "grpc-status", "0");
  }

  record Endless(String name, Consumer<RawClient> begin, Supplier<byte[]> frame) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Endless> endless() {
    var field = Http2Bytes.block("x", "y".repeat(1000));
    return Stream.of(
        new Endless(
            "head",
            it -> it.frame(Frame.HEADERS, 0, 1),
            () -> Http2Bytes.frame(CONTINUATION, 0, 1, field)),
        new Endless(
            "trailers",
            it -> head(it).frame(Frame.HEADERS, Frame.END_STREAM, 1),
            () -> Http2Bytes.frame(CONTINUATION, 0, 1, field)),
        new Endless(
            "empty frames",
            HostileGrpcUpstreamTest::head,
            () -> Http2Bytes.frame(Frame.DATA, 0, 1)),
        new Endless(
            "pings",
            HostileGrpcUpstreamTest::head,
            () -> Http2Bytes.frame(Frame.PING, 0, 0, new byte[8])),
        new Endless(
            "settings",
            HostileGrpcUpstreamTest::head,
            () -> Http2Bytes.frame(Frame.SETTINGS, 0, 0)));
  }

  /** 100 MB at most. */
  @ParameterizedTest
  @MethodSource
  void endless(Endless row) {
    var sent = new AtomicLong();
    var calls = new AtomicInteger();
    try (var upstream =
            RawServer.http2(
                (peer, first) -> {
                  if (calls.getAndIncrement() > 0) {
                    echo(peer, first);
                    serve(peer);
                  }
                  row.begin().accept(peer);
                  flood(peer, row.frame().get(), sent);
                });
        var server = RunningServer.start(YAML.formatted(upstream.port()));
        var client = RawClient.connect(server.port());
        var other = RawClient.connect(server.port())) {
      client.call(1, "/a.B/C").message(1, true, "first".getBytes(UTF_8));
      assertTrue(!client.response(1).trailer("grpc-status").equals("0"));
      other.call(1, "/a.B/C").message(1, true, "second".getBytes(UTF_8));
      assertEquals("0", other.response(1).trailer("grpc-status"));
      assertTrue(sent.get() < MOST, () -> sent + " bytes were sent");
    }
  }

  /** Without reading; the replies to the flood are lost. */
  private static void flood(RawClient peer, byte[] frame, AtomicLong sent) {
    try {
      var out = peer.socket().getOutputStream();
      for (; sent.get() < 100_000_000; sent.addAndGet(frame.length)) {
        out.write(frame);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
