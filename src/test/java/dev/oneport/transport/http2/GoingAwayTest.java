package dev.oneport.transport.http2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.transport.http2.frames.ErrorCode;
import dev.oneport.transport.http2.frames.Frame;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * A connection ends without losing a request, and without letting one be repeated that was done.
 */
final class GoingAwayTest {
  private static final int NO_LIMIT = Integer.MAX_VALUE;

  private final CountDownLatch release = new CountDownLatch(1);
  private final AtomicInteger served = new AtomicInteger();

  private Http2Port port(Duration grace) {
    return Http2Port.builder()
        .grace(grace)
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

  @Test
  void drainingAnnouncesItselfThenNamesTheLastStreamAndLetsItFinish() throws InterruptedException {
    try (var port = port(Duration.ofSeconds(5));
        var client = RawClient.connect(port.port()).silent()) {
      client.get(1, "/wait");
      Await.until("the first is under way", () -> served.get() == 1);
      port.http2().drain();
      assertEquals(NO_LIMIT, client.awaitType(Frame.GOAWAY).lastStream());
      var ping = client.await(frame -> frame.is(Frame.PING) && !frame.isAck());
      // What was under way when the client had not yet heard of it is served.
      client.get(3, "/wait");
      Await.until("the second is under way", () -> served.get() == 2);
      client.frame(Frame.PING, Frame.ACK, 0, ping.payload());
      var last = client.awaitType(Frame.GOAWAY);
      assertEquals(3, last.lastStream());
      assertEquals(ErrorCode.NO_ERROR, last.code());
      client.get(5, "/wait");
      assertEquals(Optional.of(ErrorCode.REFUSED_STREAM), client.response(5).reset());
      assertFalse(port.http2().awaitIdle(Duration.ofMillis(1)));
      release.countDown();
      client.await(RawFrame::endsStream);
      client.await(RawFrame::endsStream);
      assertEquals(Optional.empty(), client.awaitEnd());
      assertTrue(port.http2().awaitIdle(Duration.ofSeconds(10)));
      assertEquals(2, served.get());
    }
  }

  @Test
  void aClientThatDoesNotAnswerThePingIsNotWaitedForLong() {
    try (var port = port(Duration.ofSeconds(5));
        var client = RawClient.connect(port.port()).silent()) {
      client.get(1, "/wait");
      Await.until("it is under way", () -> served.get() == 1);
      port.http2().drain();
      assertEquals(NO_LIMIT, client.awaitType(Frame.GOAWAY).lastStream());
      assertEquals(1, client.awaitType(Frame.GOAWAY).lastStream());
      release.countDown();
      assertEquals("done", client.response(1).text());
    }
  }

  @Test
  void aConnectionThatComesWhileDrainingIsSentAway() {
    try (var port = port(Duration.ofSeconds(5))) {
      port.http2().drain();
      try (var client = RawClient.connect(port.port())) {
        assertTrue(client.next().orElseThrow().is(Frame.SETTINGS));
        assertEquals(0, client.awaitEnd().orElseThrow().lastStream());
      }
    }
  }

  @Test
  void stoppingTheServerLetsWhatIsUnderWayFinish() throws InterruptedException {
    try (var port = port(Duration.ofSeconds(10));
        var client = RawClient.connect(port.port());
        var idle = RawClient.connect(port.port())) {
      assertTrue(idle.isAlive());
      client.get(1, "/wait");
      Await.until("it is under way", () -> served.get() == 1);
      var stop = Thread.ofVirtual().start(port.server()::stop);
      assertEquals(0, idle.awaitEnd().orElseThrow().lastStream());
      assertEquals(
          1, client.await(f -> f.is(Frame.GOAWAY) && f.lastStream() < NO_LIMIT).lastStream());
      release.countDown();
      assertEquals("done", client.response(1).text());
      client.awaitEnd();
      stop.join();
    }
  }

  @Test
  void aConnectionErrorNamesTheLastStreamThatWasTaken() {
    release.countDown();
    try (var port = port(Duration.ofSeconds(5));
        var client = RawClient.connect(port.port())) {
      assertEquals("done", client.get(7, "/wait").response(7).text());
      client.frame(Frame.DATA, 0, 0, (byte) 1);
      var goAway = client.awaitEnd().orElseThrow();
      assertEquals(ErrorCode.PROTOCOL_ERROR, goAway.code());
      assertEquals(7, goAway.lastStream());
    }
  }

  @Test
  void anIdleConnectionIsEndedWithAGoodByeAndABusyOneIsNot() {
    try (var port =
            Http2Port.builder()
                .server(
                    s ->
                        s.idleConnectionTimeout(Duration.ofMillis(300))
                            .idleConnectionPeriod(Duration.ofMillis(100)))
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
        var busy = RawClient.connect(port.port());
        var idle = RawClient.connect(port.port())) {
      busy.get(1, "/wait");
      var goAway = idle.awaitEnd().orElseThrow();
      assertEquals(ErrorCode.NO_ERROR, goAway.code());
      assertEquals(0, goAway.lastStream());
      assertTrue(busy.isAlive());
      release.countDown();
      assertEquals("done", busy.response(1).text());
      assertEquals(1, busy.awaitEnd().orElseThrow().lastStream());
    }
  }

  @Test
  void anAnswerThatIsNotYetReadIsNotCutByTheEndOfItsConnection() {
    int size = 32 << 20;
    var d = Http2Limits.defaults();
    var t = d.timeouts();
    var quick = Duration.ofMillis(100);
    var limits =
        new Http2Limits(
            d.maxConcurrentStreams(),
            d.maxLingeringHandlers(),
            d.maxHeaderListSize(),
            d.streamWindow(),
            d.connectionWindow(),
            2 * size,
            d.maxBufferedEntity(),
            d.minBodyRate(),
            d.interruptOnCancel(),
            d.floods(),
            new Timeouts(
                t.preface(),
                t.headers(),
                t.body(),
                t.write(),
                t.stall(),
                quick,
                quick,
                t.keepAliveInterval(),
                t.keepAliveTimeout(),
                t.maxAge(),
                t.maxAgeGrace()));
    try (var port =
            Http2Port.builder()
                .limits(limits)
                .http(r -> r.get("/large", (_, res) -> res.send(new byte[size])))
                .start();
        var slow = RawClient.connect(port.port(), 4, Integer.MAX_VALUE)) {
      slow.windowUpdate(0, Integer.MAX_VALUE - 65_535).get(1, "/large");
      slow.awaitType(Frame.DATA);
      Await.until("the handler is done", () -> port.http2().openStreams() == 0);
      port.http2().drain();
      // Each of these is sent away, lingers and is ended, one after the other.
      for (int i = 0; i < 3; i++) {
        try (var idle = RawClient.connect(port.port())) {
          idle.awaitEnd();
        }
      }
      slow.await(RawFrame::endsStream);
    }
  }
}
