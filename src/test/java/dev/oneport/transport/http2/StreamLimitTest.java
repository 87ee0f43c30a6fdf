package dev.oneport.transport.http2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.transport.http2.flow.Floods;
import dev.oneport.transport.http2.frames.ErrorCode;
import dev.oneport.transport.http2.frames.Frame;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A stream too many is refused, so that its client may repeat it; the connection goes on. */
final class StreamLimitTest {
  @Test
  void aStreamAboveTheLimitIsRefusedAndTheOthersAreServed() throws InterruptedException {
    var release = new CountDownLatch(1);
    var served = new AtomicInteger();
    try (var port = waiting(release, served);
        var client = RawClient.connect(port.port())) {
      for (int stream = 1; stream < 20; stream += 2) {
        client.get(stream, "/wait");
      }
      Await.until("ten are under way", () -> served.get() == 10);
      client.get(21, "/wait").get(23, "/wait");
      assertEquals(Optional.of(ErrorCode.REFUSED_STREAM), client.response(21).reset());
      assertEquals(Optional.of(ErrorCode.REFUSED_STREAM), client.response(23).reset());
      release.countDown();
      for (int i = 0; i < 10; i++) {
        client.await(RawFrame::endsStream);
      }
      Await.until("places are free", () -> port.http2().openStreams() == 0);
      assertEquals("200", client.get(25, "/wait").response(25).status());
      assertEquals(11, served.get());
    }
  }

  @Test
  void aClientThatDoesNotCareAboutTheLimitLosesItsConnection() {
    var release = new CountDownLatch(1);
    var floods = new Floods(Floods.defaults().per(), 1_000, 50, 100, 100, 100, 100, 100);
    var limits = Http2Limits.defaults().withMaxConcurrentStreams(10).withFloods(floods);
    try (var port =
            Http2Port.builder()
                .limits(limits)
                .http(
                    r ->
                        r.get(
                            "/wait",
                            (_, res) -> {
                              release.await();
                              res.send("done");
                            }))
                .start();
        var client = RawClient.connect(port.port()).silent()) {
      for (int stream = 1; stream < 130; stream += 2) {
        client.get(stream, "/wait");
      }
      assertEquals(ErrorCode.ENHANCE_YOUR_CALM, client.awaitEnd().orElseThrow().code());
      release.countDown();
      Await.until("nothing is left", () -> port.http2().openStreams() == 0);
    }
  }

  @Test
  void theLimitIsAnnounced() {
    try (var port = waiting(new CountDownLatch(0), new AtomicInteger());
        var client = RawClient.connect(port.port())) {
      var settings = client.awaitType(Frame.SETTINGS).payload();
      assertTrue(ByteBuffer.wrap(settings).getShort() == Frame.SETTING_MAX_STREAMS);
      assertEquals(10, ByteBuffer.wrap(settings).getInt(2));
    }
  }

  private static Http2Port waiting(CountDownLatch release, AtomicInteger served) {
    return Http2Port.builder()
        .limits(Http2Limits.defaults().withMaxConcurrentStreams(10).withInterruptOnCancel(false))
        .http(
            r ->
                r.get(
                    "/wait",
                    (_, res) -> {
                      served.incrementAndGet();
                      release.await();
                      res.send("done");
                    }))
        .start();
  }
}
