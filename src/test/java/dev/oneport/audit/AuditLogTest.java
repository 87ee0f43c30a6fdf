package dev.oneport.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.api.Protocol;
import dev.oneport.api.Route;
import dev.oneport.audit.AuditSettings.Overflow;
import dev.oneport.record.CallRecord;
import dev.oneport.record.CallRecord.Event;
import dev.oneport.record.CallRecord.Request;
import dev.oneport.record.CallRecord.Traffic;
import dev.oneport.record.Code;
import dev.oneport.transport.http2.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is written when not everything can be, or is to be. */
@Timeout(60)
final class AuditLogTest {
  /** Generous, because the machine may be busy. */
  private static final Duration WITHIN = Duration.ofSeconds(1);

  private final Held held = new Held();

  @AfterEach
  void letGo() {
    held.letGo();
  }

  @Test
  void deniedCallsAreWrittenHoweverFewOfTheOthersAre() {
    held.letGo();
    try (var log = log(new AuditSettings(0, 100, Overflow.DROP_ALLOWED, Optional.empty()))) {
      for (int i = 0; i < 50; i++) {
        log.record(call(Event.ENDED));
      }
      log.record(call(Event.DENIED));
    }
    assertEquals(1, held.lines("denied"));
    assertEquals(0, held.lines("ended"));
  }

  @Test
  void someOfTheAllowedCallsAreWritten() {
    held.letGo();
    try (var log = log(new AuditSettings(50, 2000, Overflow.DROP_ALLOWED, Optional.empty()))) {
      for (int i = 0; i < 1000; i++) {
        log.record(call(Event.ENDED));
      }
    }
    assertTrue(held.lines("ended") > 300 && held.lines("ended") < 700, held::toString);
  }

  @Test
  void allowedCallsAreDroppedAndCountedWhereDeniedOnesWait() throws Exception {
    var settings = new AuditSettings(100, 10, Overflow.DROP_ALLOWED, Optional.empty());
    try (var log = log(settings)) {
      fill(log, 10);
      log.record(call(Event.ENDED));
      log.record(call(Event.ENDED));
      assertEquals(2, log.dropped());
      var denied = Thread.startVirtualThread(() -> log.record(call(Event.DENIED)));
      assertFalse(denied.join(Duration.ofMillis(100)), "it waits for room");
      held.letGo();
      denied.join();
      Await.until("it is written", () -> held.lines("denied") == 1);
      assertEquals(2, log.dropped());
    }
  }

  @Test
  void everyCallWaitsWhereThatIsWanted() throws Exception {
    try (var log = log(new AuditSettings(100, 10, Overflow.BLOCK, Optional.empty()))) {
      fill(log, 10);
      var allowed = Thread.startVirtualThread(() -> log.record(call(Event.ENDED)));
      assertFalse(allowed.join(Duration.ofMillis(100)), "it waits for room");
      held.letGo();
      allowed.join();
      assertEquals(0, log.dropped());
    }
    assertEquals(12, held.lines("ended"));
  }

  @Test
  void aLineIsWrittenSoonAndAlsoAfterAPause() {
    held.letGo();
    try (var log = log(new AuditSettings(100, 16_384, Overflow.BLOCK, Optional.empty()))) {
      for (int i = 1; i <= 3; i++) {
        var lines = i;
        var before = System.nanoTime();
        log.record(call(Event.ENDED));
        Await.until("it is written", () -> held.lines("ended") == lines);
        var took = Duration.ofNanos(System.nanoTime() - before);
        assertTrue(took.compareTo(WITHIN) < 0, took::toString);
        Await.until("the writer waits to be woken", log::isAsleep);
      }
    }
  }

  @Test
  void linesThatArriveTogetherAreWrittenTogether() {
    held.letGo();
    try (var log = log(new AuditSettings(100, 16_384, Overflow.BLOCK, Optional.empty()))) {
      for (int i = 0; i < 10_000; i++) {
        log.record(call(Event.ENDED));
      }
      // The end waits for a short time only.
      Await.until("the writer has taken all", () -> log.waiting() == 0);
    }
    assertEquals(10_000, held.lines("ended"));
    assertTrue(held.writes.sum() < 2_000, () -> held.writes + " writes");
  }

  @Test
  void anOutputThatFailsCostsTheLinesAndNothingElse() {
    held.letGo();
    held.failing = true;
    try (var log = log(new AuditSettings(100, 10, Overflow.BLOCK, Optional.empty()))) {
      for (int i = 0; i < 100; i++) {
        log.record(call(Event.DENIED));
      }
      Await.until("all are dropped", () -> log.dropped() == 100);
      held.failing = false;
      log.record(call(Event.DENIED));
    }
    assertEquals(1, held.lines("denied"));
  }

  private AuditLog log(AuditSettings settings) {
    return new AuditLog(settings, new LogOutput(held, true), () -> "");
  }

  /** One call is being written, and as many as may wait do. */
  private void fill(AuditLog log, int queue) throws InterruptedException {
    log.record(call(Event.ENDED));
    held.begun.await();
    for (int i = 0; i < queue; i++) {
      log.record(call(Event.ENDED));
    }
  }

  private static CallRecord call(Event event) {
    return new CallRecord(
        event,
        Instant.EPOCH,
        new Route(Protocol.GRPC, "Echo/Ping"),
        "",
        "",
        "",
        event == Event.DENIED ? "CREDENTIALS_MISSING" : "",
        "",
        "OK",
        Code.OK,
        1,
        Traffic.NONE,
        new Request("POST", "", "", "", Optional.empty()));
  }

  /** Takes nothing until it is let go. */
  private static final class Held extends OutputStream {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch free = new CountDownLatch(1);
    private final LongAdder writes = new LongAdder();
    private volatile boolean failing;

    void letGo() {
      free.countDown();
    }

    @Override
    public void write(int one) {
      throw new AssertionError("lines are written together");
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      writes.increment();
      begun.countDown();
      try {
        if (free.getCount() > 0) {
          free.await();
        }
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      if (failing) {
        throw new IOException("the disk is full");
      }
      written.write(bytes, from, length);
    }

    @Override
    public String toString() {
      return written.toString(StandardCharsets.UTF_8);
    }

    long lines(String event) {
      return toString()
          .lines()
          .filter(line -> line.contains("\"event\":\"" + event + "\""))
          .count();
    }
  }
}
