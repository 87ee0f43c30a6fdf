package dev.oneport.transport.http2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.transport.http2.frames.ErrorCode;
import dev.oneport.transport.http2.frames.Frame;
import dev.oneport.transport.http2.hpack.HeaderField;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * Handlers that go on after their stream is over take no place that was announced to the client
 * (RFC 9113 section 5.1.2); they are bounded apart, by letting further requests wait.
 */
final class LingeringHandlerTest {
  private final CountDownLatch release = new CountDownLatch(1);
  private final AtomicInteger begun = new AtomicInteger();

  @Test
  void handlersThatWorkAfterTheirAnswerTakeNoPlaces() {
    try (var port = port(1_000);
        var client = RawClient.connect(port.port())) {
      for (int stream = 1; stream < 400; stream += 2) {
        assertEquals("200", client.get(stream, "/answered").response(stream).status());
      }
      assertEquals(200, begun.get());
      assertEquals(200, port.http2().openStreams());
      release.countDown();
      Await.until("all are over", () -> port.http2().openStreams() == 0);
      assertEquals("200", client.get(401, "/answered").response(401).status());
    }
  }

  @Test
  void handlersOfResetStreamsTakeNoPlaces() {
    try (var port = port(1_000);
        var client = RawClient.connect(port.port())) {
      for (int stream = 1; stream < 400; stream += 2) {
        int expected = begun.get() + 1;
        client.get(stream, "/waiting");
        Await.until("the handler has begun", () -> begun.get() == expected);
        client.reset(stream, ErrorCode.CANCEL);
      }
      assertEquals("200", client.get(401, "/ping").response(401).status());
      release.countDown();
      Await.until("all are over", () -> port.http2().openStreams() == 0);
    }
  }

  @Test
  void withTooManyOfThemFurtherRequestsWaitAndNoneIsRefused() {
    try (var port = port(5);
        var client = RawClient.connect(port.port())) {
      for (int stream = 1; stream < 10; stream += 2) {
        assertEquals("200", client.get(stream, "/answered").response(stream).status());
      }
      for (int stream = 11; stream < 30; stream += 2) {
        client.get(stream, "/ping");
      }
      assertTrue(client.isAlive());
      assertEquals(15, port.http2().openStreams());
      assertEquals(5, begun.get());
      assertEquals(
          Optional.of(ErrorCode.REFUSED_STREAM), client.get(31, "/ping").response(31).reset());
      release.countDown();
      for (int i = 0; i < 10; i++) {
        assertEquals("200", status(client.decode(client.awaitType(Frame.HEADERS))));
      }
      Await.until("all are over", () -> port.http2().openStreams() == 0);
    }
  }

  private static String status(Iterable<HeaderField> fields) {
    return fields.iterator().next().value();
  }

  @Test
  void requestsThatAreResetWhileTheyWaitLeaveNothingBehind() {
    try (var port = port(5);
        var client = RawClient.connect(port.port())) {
      for (int stream = 1; stream < 10; stream += 2) {
        assertEquals("200", client.get(stream, "/answered").response(stream).status());
      }
      for (int stream = 11; stream < 2_000; stream += 2) {
        client.get(stream, "/waiting");
        client.isAlive();
        client.reset(stream, ErrorCode.CANCEL);
      }
      assertTrue(client.isAlive());
      assertEquals(5, port.http2().openStreams());
      assertEquals(5, begun.get());
      release.countDown();
      assertEquals("200", client.get(2_001, "/ping").response(2_001).status());
      Await.until("all are over", () -> port.http2().openStreams() == 0);
    }
  }

  private Http2Port port(int maxLingering) {
    return Http2Port.builder()
        .limits(
            Http2Limits.defaults()
                .withMaxConcurrentStreams(10)
                .withMaxLingeringHandlers(maxLingering)
                .withInterruptOnCancel(false))
        .http(
            routing ->
                routing
                    .get("/ping", (_, response) -> response.send("pong"))
                    .get(
                        "/answered",
                        (_, response) -> {
                          begun.incrementAndGet();
                          response.send("done");
                          release.await();
                        })
                    .get(
                        "/waiting",
                        (_, response) -> {
                          begun.incrementAndGet();
                          release.await();
                          response.send("done");
                        }))
        .start();
  }
}
