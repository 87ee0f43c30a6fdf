package dev.oneport.transport.calls;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A call whose thread dies is told so, and gets another when something happens. */
@Timeout(20)
final class CallThreadTest {
  private final AtomicInteger turns = new AtomicInteger();
  private final CountDownLatch deaths = new CountDownLatch(2);

  @Test
  void aThreadThatDiesIsNotTheLast() throws InterruptedException {
    var call =
        new CallThread(false) {
          @Override
          boolean turn() {
            turns.incrementAndGet();
            throw new AssertionError("as when memory runs out while a failure is handled");
          }

          @Override
          boolean isOver() {
            return false;
          }

          @Override
          void interrupted() {}

          @Override
          void died() {
            deaths.countDown();
            if (deaths.getCount() > 0) {
              signal();
            }
          }
        };
    call.signal();
    Assertions.assertTrue(deaths.await(10, TimeUnit.SECONDS), "deaths: " + deaths);
    Assertions.assertEquals(2, turns.get());
  }
}
