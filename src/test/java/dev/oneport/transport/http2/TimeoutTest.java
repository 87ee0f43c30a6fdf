package dev.oneport.transport.http2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.Http2Bytes;
import dev.oneport.transport.http2.frames.ErrorCode;
import dev.oneport.transport.http2.frames.Frame;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What takes too long ends, and its thread and memory are given back. */
final class TimeoutTest {
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final Duration LONG = Duration.ofMinutes(5);

  private final AtomicInteger ended = new AtomicInteger();

  private static Timeouts all(Duration time) {
    return new Timeouts(
        time,
        time,
        time,
        time,
        time,
        time,
        Duration.ofMillis(300),
        Duration.ZERO,
        time,
        Duration.ZERO,
        Duration.ZERO);
  }

  private Http2Port port(Timeouts timeouts) {
    return Http2Port.builder()
        .limits(Http2Limits.defaults().withTimeouts(timeouts))
        .http(
            r ->
                r.get(
                        "/large",
                        (_, res) -> {
                          try (var out = res.outputStream()) {
                            while (true) {
                              out.write(new byte[100_000]);
                            }
                          } finally {
                            ended.incrementAndGet();
                          }
                        })
                    .get("/ping", (_, res) -> res.send("pong"))
                    .post(
                        "/length",
                        (req, res) -> res.send("" + req.content().as(byte[].class).length)))
        .start();
  }

  private static Timeouts with(UnaryOperator<Duration[]> change) {
    var d = change.apply(new Duration[] {LONG, LONG, LONG, LONG, LONG});
    return new Timeouts(
        d[0],
        d[1],
        d[2],
        d[3],
        d[4],
        LONG,
        SHORT,
        Duration.ZERO,
        LONG,
        Duration.ZERO,
        Duration.ZERO);
  }

  private static Timeouts only(int index) {
    return with(
        durations -> {
          durations[index] = SHORT;
          return durations;
        });
  }

  @Test
  void aPrefaceThatIsNotFinishedEndsTheConnection() {
    try (var port = port(only(0));
        var half = RawClient.bare(port.port());
        var without = RawClient.bare(port.port())) {
      half.bytes(Http2Bytes.PREFACE.substring(0, 10).getBytes(StandardCharsets.US_ASCII));
      without.bytes(Http2Bytes.PREFACE.getBytes(StandardCharsets.US_ASCII));
      half.awaitEnd();
      without.awaitEnd();
    }
  }

  @Test
  void aHeaderBlockThatIsNotFinishedEndsTheConnection() {
    try (var port = port(only(1));
        var client = RawClient.connect(port.port())) {
      assertTrue(client.isAlive());
      client.frame(Frame.HEADERS, 0, 1, Http2Bytes.block(":method", "GET"));
      client.awaitEnd();
    }
  }

  @Test
  void aBodyThatDoesNotComeIsAnswered408() {
    try (var port = port(only(2));
        var client = RawClient.connect(port.port())) {
      client.post(1, "/length").data(1, false, new byte[10]);
      assertEquals("408", client.response(1).status());
      assertEquals("pong", client.get(3, "/ping").response(3).text());
    }
  }

  @Test
  void aClientThatDoesNotReadItsSocketLosesItsConnection() {
    try (var port = port(only(3));
        var client = RawClient.connect(port.port(), 4, Integer.MAX_VALUE)) {
      client.windowUpdate(0, Integer.MAX_VALUE - 65_535).get(1, "/large");
      Await.until("the connection is gone", () -> port.http2().openConnections() == 0);
      Await.until("the handler is let go", () -> ended.get() == 1);
      Await.until("the stream is given back", () -> port.http2().openStreams() == 0);
    }
  }

  @Test
  void aClientThatGivesNoWindowLosesItsStreamOnly() {
    try (var port = port(only(4));
        var client = RawClient.connect(port.port(), 4, 1_000)) {
      client.get(1, "/large");
      assertEquals(Optional.of(ErrorCode.CANCEL), client.response(1).reset());
      Await.until("the handler is let go", () -> ended.get() == 1);
      assertEquals("pong", client.get(3, "/ping").response(3).text());
    }
  }

  @Test
  void aSilentClientIsAskedAndLeftIfItDoesNotAnswer() {
    var timeouts =
        new Timeouts(
            LONG, LONG, LONG, LONG, LONG, LONG, SHORT, SHORT, SHORT, Duration.ZERO, Duration.ZERO);
    try (var port = port(timeouts);
        var silent = RawClient.connect(port.port()).silent();
        var answering = RawClient.connect(port.port())) {
      silent.await(frame -> frame.is(Frame.PING) && !frame.isAck());
      for (int i = 0; i < 3; i++) {
        answering.await(frame -> frame.is(Frame.PING) && !frame.isAck());
      }
      silent.awaitEnd();
      assertTrue(answering.isAlive());
    }
  }

  @Test
  void aConnectionIsDrainedAtItsMaximumAge() {
    var timeouts =
        new Timeouts(
            LONG, LONG, LONG, LONG, LONG, LONG, SHORT, Duration.ZERO, LONG, SHORT, Duration.ZERO);
    try (var port = port(timeouts);
        var client = RawClient.connect(port.port())) {
      assertEquals("pong", client.get(1, "/ping").response(1).text());
      assertEquals(1, client.awaitEnd().orElseThrow().lastStream());
    }
  }

  @Test
  void afterTheGraceOfItsMaximumAgeAConnectionEndsWhateverItDoes() {
    var timeouts =
        new Timeouts(LONG, LONG, LONG, LONG, LONG, LONG, SHORT, Duration.ZERO, LONG, SHORT, SHORT);
    try (var port = port(timeouts);
        var client = RawClient.connect(port.port(), 4, 1_000)) {
      client.get(1, "/large");
      client.awaitEnd();
      Await.until("the handler is let go", () -> ended.get() == 1);
    }
  }

  @Test
  void timesMustMakeSense() {
    assertThrows(IllegalArgumentException.class, () -> all(Duration.ZERO));
    assertThrows(IllegalArgumentException.class, () -> all(Duration.ofSeconds(-1)));
    assertEquals(Duration.ZERO, Timeouts.defaults().keepAliveInterval());
  }

  @Test
  void aClosedClientSocketIsNoticedByAHandlerThatWrites() {
    try (var port = port(all(LONG))) {
      try (var client = RawClient.connect(port.port(), 4, 1_000)) {
        client.get(1, "/large");
        assertEquals(1_000, client.awaitType(Frame.DATA).payload().length);
      } catch (UncheckedIOException e) {
        throw new AssertionError(e);
      }
      Await.until("the handler is let go", () -> ended.get() == 1);
      Await.until("nothing is left", () -> port.http2().openConnections() == 0);
    }
  }
}
