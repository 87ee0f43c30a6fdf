package dev.oneport.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class VerificationsTest {
  private final Verifications verifications = new Verifications(2);

  @Test
  void noMoreSignaturesAreCheckedAtOnceThanMayBe() throws Exception {
    var now = new AtomicInteger();
    var most = new AtomicInteger();
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < 50; i++) {
      threads.add(
          Thread.startVirtualThread(
              () ->
                  verifications.inTurn(
                      () -> {
                        most.accumulateAndGet(now.incrementAndGet(), Math::max);
                        var _ = busy(Duration.ofNanos(100_000));
                        now.decrementAndGet();
                        return true;
                      })));
    }
    for (var thread : threads) {
      thread.join();
    }
    assertTrue(most.get() <= 2, () -> most + " at once");
  }

  @Test
  void oneConnectionTakesNotAllOfThePlaces() throws Exception {
    var wait = new CountDownLatch(1);
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < Verifications.MOST_OF_ONE; i++) {
      threads.add(Thread.startVirtualThread(() -> take("one", wait)));
    }
    awaitWaiting(Verifications.MOST_OF_ONE);
    assertTrue(verifications.admit("one", () -> true).isEmpty());
    assertTrue(verifications.admit("other", () -> true).isPresent());
    for (int i = Verifications.MOST_OF_ONE; i < Verifications.MOST; i++) {
      var connection = "more" + i;
      threads.add(Thread.startVirtualThread(() -> take(connection, wait)));
    }
    awaitWaiting(Verifications.MOST);
    assertTrue(verifications.admit("other", () -> true).isEmpty());
    wait.countDown();
    for (var thread : threads) {
      thread.join();
    }
    assertEquals(0, verifications.waiting());
    assertTrue(verifications.admit("one", () -> true).isPresent());
  }

  /** Measured by how long many take: the pause is three times what each took. */
  @Test
  void wrongSignaturesTakeAQuarterOfTheTime() {
    var alone = new Verifications(1);
    var each = Duration.ofMillis(2);
    var began = System.nanoTime();
    for (int i = 0; i < 10; i++) {
      assertFalse(alone.inTurn(() -> busy(each)));
    }
    var took = Duration.ofNanos(System.nanoTime() - began);
    assertTrue(took.compareTo(Duration.ofMillis(9 * 8)) >= 0, took::toString);
  }

  private static boolean busy(Duration time) {
    var end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    return false;
  }

  private void take(String connection, CountDownLatch until) {
    var _ =
        verifications.admit(
            connection,
            () -> {
              try {
                until.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return true;
            });
  }

  private void awaitWaiting(int count) {
    while (verifications.waiting() < count) {
      Thread.onSpinWait();
    }
  }
}
