package dev.oneport.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.transport.http2.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class VerificationsTest {
  /** Streams of a connection, by default. */
  private static final int IN_FLIGHT = 1024;

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
                      "one",
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

  /** One takes what it may have in flight; beside others that do, it takes less. */
  @Test
  void manyConnectionsWithManyTokensLeavePlacesForTheNextOne() throws Exception {
    var wait = new CountDownLatch(1);
    var threads = new ArrayList<Thread>();
    take(threads, "one", IN_FLIGHT, wait);
    assertEquals(IN_FLIGHT, verifications.waiting());
    assertTrue(verifications.admit("one", () -> true).isEmpty());
    for (int i = 0; i < 50; i++) {
      take(threads, "more" + i, IN_FLIGHT, wait);
      assertTrue(verifications.admit("next", () -> true).isPresent(), "after " + i);
    }
    wait.countDown();
    for (var thread : threads) {
      thread.join();
    }
    assertEquals(0, verifications.waiting());
    assertTrue(verifications.admit("one", () -> true).isPresent());
  }

  /** A waiting token holds its call's memory. */
  @Test
  void connectionsWithWrongSignaturesShareFewPlaces() throws Exception {
    var wait = new CountDownLatch(1);
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < 50; i++) {
      assertFalse(verifications.inTurn("garbage" + i, () -> false));
      take(threads, "garbage" + i, IN_FLIGHT, wait);
    }
    var most = verifications.waiting();
    assertTrue(most >= 50 && most < 200, () -> most + " wait");
    take(threads, "next", IN_FLIGHT / 2, wait);
    assertEquals(most + IN_FLIGHT / 2, verifications.waiting());
    assertTrue(verifications.inTurn("garbage0", () -> true));
    var before = verifications.waiting();
    take(threads, "garbage0", IN_FLIGHT / 4, wait);
    assertEquals(before + IN_FLIGHT / 4, verifications.waiting());
    wait.countDown();
    for (var thread : threads) {
      thread.join();
    }
  }

  @Test
  void oneConnectionDelaysAnotherByOneTurn() throws Exception {
    var order =
        orderBehind(
            alone -> {
              for (int i = 0; i < 50; i++) {
                alone.queue("garbage", "garbage");
              }
              alone.queue("next", "next");
              alone.queue("next", "next");
              alone.queue("last", "last");
            });
    assertEquals(List.of("garbage", "next", "last", "garbage", "next"), order.subList(0, 5));
    assertEquals(53, order.size());
  }

  @Test
  void manyConnectionsWithWrongSignaturesDelayAnotherByOneTurn() throws Exception {
    var order =
        orderBehind(
            alone -> {
              for (int i = 0; i < 50; i++) {
                assertFalse(alone.verifications.inTurn("garbage" + i, () -> false));
              }
              alone.hold();
              for (int i = 0; i < 50; i++) {
                alone.queue("garbage" + i, "garbage");
              }
              for (int i = 0; i < 3; i++) {
                alone.queue("next" + i, "next");
              }
            });
    assertEquals(List.of("next", "garbage", "next", "garbage", "next"), order.subList(0, 5));
    assertEquals(53, order.size());
  }

  /** Behind a balancer a connection carries everybody's tokens. */
  @Test
  void aGoodSignatureEndsTheSuspicion() throws Exception {
    var order =
        orderBehind(
            alone -> {
              for (var connection : List.of("garbage", "shared")) {
                assertFalse(alone.verifications.inTurn(connection, () -> false));
              }
              assertTrue(alone.verifications.inTurn("shared", () -> true));
              alone.hold();
              alone.queue("garbage", "garbage");
              alone.queue("shared", "shared");
            });
    assertEquals(List.of("shared", "garbage"), order);
  }

  /** Measured by how long many take: the pause is three times what each took. */
  @Test
  void wrongSignaturesTakeAQuarterOfTheTime() {
    var alone = new Verifications(1);
    var each = Duration.ofMillis(2);
    var began = System.nanoTime();
    for (int i = 0; i < 10; i++) {
      assertFalse(alone.inTurn("one", () -> busy(each)));
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

  /** Takes as many places as are given to a connection, of those that it asks for. */
  private void take(List<Thread> threads, String connection, int count, CountDownLatch until) {
    var done = new AtomicInteger();
    var before = verifications.waiting();
    for (int i = 0; i < count; i++) {
      threads.add(
          Thread.startVirtualThread(
              () -> {
                if (verifications.admit(connection, () -> taken(until)).isEmpty()) {
                  done.incrementAndGet();
                }
              }));
    }
    Await.until(
        "each has a place, or none", () -> verifications.waiting() - before + done.get() == count);
  }

  private static boolean taken(CountDownLatch until) {
    try {
      until.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return true;
  }

  /** The order in which those have their turn that wait behind another one. */
  private static List<String> orderBehind(Consumer<Queue> others) throws InterruptedException {
    var queue = new Queue();
    others.accept(queue);
    return queue.order();
  }

  /** One signature is checked at a time, and the first for as long as it is told to. */
  private static final class Queue {
    final Verifications verifications = new Verifications(1);
    private final CountDownLatch end = new CountDownLatch(1);
    private final List<String> order = Collections.synchronizedList(new ArrayList<>());
    private final List<Thread> threads = new ArrayList<>();

    void hold() {
      start("held", () -> taken(end));
    }

    void queue(String connection, String name) {
      if (threads.isEmpty()) {
        hold();
      }
      start(connection, () -> order.add(name));
    }

    private void start(String connection, BooleanSupplier signature) {
      var thread = Thread.startVirtualThread(() -> verifications.inTurn(connection, signature));
      threads.add(thread);
      Await.until("it waits", () -> thread.getState() == Thread.State.WAITING);
    }

    List<String> order() throws InterruptedException {
      end.countDown();
      for (var thread : threads) {
        thread.join();
      }
      return order;
    }
  }
}
