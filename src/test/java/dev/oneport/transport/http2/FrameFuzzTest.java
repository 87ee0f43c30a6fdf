package dev.oneport.transport.http2;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.testing.Http2Bytes;
import dev.oneport.transport.http2.frames.ConnectionError;
import dev.oneport.transport.http2.frames.Frame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Whatever frames a client sends, its connection answers or ends, in time and without a failure in
 * the log, and another connection does not notice.
 */
final class FrameFuzzTest {
  private static final ConcurrentLinkedQueue<String> FAILURES = new ConcurrentLinkedQueue<>();
  private static final Logger LOGGER = Logger.getLogger("dev.oneport");
  private static final Handler WATCH =
      new Handler() {
        @Override
        public void publish(LogRecord entry) {
          if (entry.getLevel().intValue() >= Level.WARNING.intValue()) {
            FAILURES.add(entry.getMessage() + ": " + entry.getThrown());
          }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  private static Http2Port port;
  private static RawClient neighbour;
  private static int stream;

  @BeforeContainer
  static void start() {
    LOGGER.addHandler(WATCH);
    port =
        Http2Port.builder()
            .http(
                routing ->
                    routing
                        .get("/ping", (_, response) -> response.send("pong"))
                        .post(
                            "/echo",
                            (request, response) ->
                                response.send(request.content().as(byte[].class))))
            .start();
    neighbour = RawClient.connect(port.port());
    stream = 1;
  }

  @AfterContainer
  static void stop() {
    neighbour.close();
    Await.until("no stream is left", () -> port.http2().openStreams() == 0);
    port.close();
    LOGGER.removeHandler(WATCH);
  }

  @Property(shrinking = ShrinkingMode.BOUNDED)
  void anyFramesAreAnsweredOrEndTheConnection(@ForAll("frames") List<byte[]> frames)
      throws IOException {
    var all = new ByteArrayOutputStream();
    frames.forEach(all::writeBytes);
    try (var client = RawClient.connect(port.port())) {
      client.socket().setSoLinger(true, 0);
      talk(client, all.toByteArray());
    }
    assertEquals("200", neighbour.get(stream, "/ping").response(stream).status());
    stream += 2;
    assertEquals(List.of(), List.copyOf(FAILURES));
  }

  /** Fails if nothing comes for ten seconds. */
  private static void talk(RawClient client, byte[] bytes) {
    try {
      client.bytes(bytes);
      var _ = client.isAlive();
    } catch (UncheckedIOException | ConnectionError _) {
      // The server has closed the connection in the middle, or the answers cannot be told apart
      // any more because a part of them was not read.
    }
  }

  @Provide
  Arbitrary<List<byte[]>> frames() {
    var flags = Arbitraries.of(0, 1, 4, 5, 5, 5, 8, 0x20, 0x24, 0xFF);
    var streams = Arbitraries.of(0, 1, 1, 1, 3, 3, 5, 7, 2, 4, 99, Integer.MAX_VALUE, -1);
    var types = Arbitraries.of(0, 0, 1, 1, 1, 2, 3, 4, 5, 6, 7, 8, 8, 9, 0x10, 0xFF);
    return types
        .flatMap(type -> Combinators.combine(flags, streams, payload(type)).as(frame(type)))
        .list()
        .ofMaxSize(14);
  }

  private static Combinators.F3<Integer, Integer, byte[], byte[]> frame(int type) {
    return (flags, id, payload) -> Http2Bytes.frame(type, flags, id, payload);
  }

  private static Arbitrary<byte[]> payload(int type) {
    var noise = Arbitraries.bytes().array(byte[].class).ofMaxSize(40);
    return Arbitraries.frequencyOf(
        Tuple.of(1, noise),
        Tuple.of(1, Arbitraries.integers().between(0, Frame.MIN_MAX_SIZE + 1).map(byte[]::new)),
        Tuple.of(4, likely(type)));
  }

  private static Arbitrary<byte[]> likely(int type) {
    return switch (type) {
      case Frame.HEADERS, Frame.CONTINUATION ->
          Arbitraries.of(head("GET", "/ping"), head("POST", "/echo"), head("GET", "/none"));
      case Frame.SETTINGS ->
          Combinators.combine(
                  Arbitraries.integers().between(0, 8),
                  Arbitraries.of(0, 1, 100, 16_384, 65_535, 1 << 24, Integer.MAX_VALUE, -1))
              .as(FrameFuzzTest::setting);
      case Frame.PING -> Arbitraries.bytes().array(byte[].class).ofSize(8);
      case Frame.RST_STREAM, Frame.WINDOW_UPDATE ->
          Arbitraries.of(0, 1, 8, 65_535, 1 << 24, Integer.MAX_VALUE, -1).map(RawClient::int32);
      default -> Arbitraries.bytes().array(byte[].class).ofMaxSize(9);
    };
  }

  private static byte[] head(String method, String path) {
    return Http2Bytes.block(
        ":method", method, ":scheme", "http", ":path", path, ":authority", "localhost");
  }

  private static byte[] setting(int id, int value) {
    var payload = new byte[6];
    payload[1] = (byte) id;
    System.arraycopy(RawClient.int32(value), 0, payload, 2, 4);
    return payload;
  }
}
