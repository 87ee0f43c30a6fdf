package dev.oneport.threads;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
final class BackgroundTest {
  @Test
  void aRoundThatFailsIsFollowedByTheNextOne() throws Exception {
    var rounds = new AtomicInteger();
    var thread =
        Background.repeat(
            "test",
            () -> {
              return switch (rounds.incrementAndGet()) {
                case 1 -> throw new IllegalStateException("a bug");
                case 2 -> throw new OutOfMemoryError("injected");
                case 3 -> throw new NoClassDefFoundError("injected");
                default -> false;
              };
            });
    assertTrue(thread.join(Duration.ofSeconds(10)));
    assertEquals(4, rounds.get());
    assertFalse(thread.isVirtual());
    assertTrue(thread.isDaemon());
  }

  @Test
  void anInterruptEndsAThread() throws Exception {
    var thread =
        Background.repeat(
            "test",
            () -> {
              Thread.sleep(Duration.ofDays(1));
              return true;
            });
    thread.interrupt();
    assertTrue(thread.join(Duration.ofSeconds(10)));
  }

  @Test
  void aThreadOnDemandOutlivesAnErrorAndEndsWithTheDemand() throws Exception {
    var looks = new AtomicInteger();
    var needed = new AtomicBoolean(true);
    var many = new CountDownLatch(3);
    var thread = new AtomicInteger();
    var onDemand =
        new OnDemand(
            "test",
            Duration.ofMillis(1),
            needed::get,
            () -> {
              thread.set(System.identityHashCode(Thread.currentThread()));
              many.countDown();
              if (looks.incrementAndGet() == 1) {
                throw new OutOfMemoryError("injected");
              }
            });
    onDemand.wake();
    onDemand.wake();
    assertTrue(many.await(10, TimeUnit.SECONDS));
    var first = thread.get();
    needed.set(false);
    awaitEnd();
    needed.set(true);
    var before = looks.get();
    onDemand.wake();
    while (looks.get() == before) {
      Thread.onSpinWait();
    }
    assertTrue(first != thread.get(), "the thread of before");
    needed.set(false);
  }

  private static void awaitEnd() {
    while (Thread.getAllStackTraces().keySet().stream()
        .anyMatch(it -> it.getName().equals("oneport-test"))) {
      Thread.onSpinWait();
    }
  }
}
