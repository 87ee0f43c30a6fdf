package dev.oneport.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.transport.http2.Await;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How long one call waits for the memory that others hold. */
@Timeout(60)
final class MemoryShareTest {
  private static final int KIB = 1 << 10;
  private static final int ALL = 64 * KIB;
  private static final Duration PATIENCE = Duration.ofMillis(200);
  private static final Duration PAUSE = Duration.ofMillis(60);

  private final RequestMemory memory = new RequestMemory(ALL, PATIENCE);
  private final MemoryShare others = memory.share();

  @Test
  void waitsForOneBitAfterTheOtherCountTogether() throws Exception {
    int first = 8 * KIB;
    try (var share = memory.share()) {
      assertTrue(share.growTo(first));
      assertTrue(others.growTo(ALL - first));
      var giving = Thread.startVirtualThread(this::giveBitByBit);
      int bits = 0;
      while (bits < ALL / KIB && share.growTo(first + (bits + 1L) * KIB)) {
        bits++;
      }
      assertTrue(bits <= PATIENCE.dividedBy(PAUSE) + 1, "bits: " + bits);
      giving.interrupt();
      giving.join();
    }
    others.close();
    assertEquals(0, memory.held());
  }

  /** Each after it was waited for, so that every bit costs its share a part of its patience. */
  private void giveBitByBit() {
    try {
      for (int held = ALL - 8 * KIB; held > 0; held -= KIB) {
        while (!memory.isWaitedFor()) {
          Thread.sleep(1);
        }
        Thread.sleep(PAUSE);
        others.shrinkTo(held - KIB);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void whoGivesSomethingBackWaitsAsLongAsBefore() throws Exception {
    try (var share = memory.share()) {
      assertTrue(share.growTo(ALL / 2));
      assertTrue(others.growTo(ALL / 2));
      assertFalse(share.growTo(ALL));
      share.shrinkTo(0);
      assertTrue(others.growTo(ALL));
      var giving =
          Thread.startVirtualThread(
              () -> {
                Await.until("somebody waits", memory::isWaitedFor);
                others.close();
              });
      assertTrue(share.growTo(ALL));
      giving.join();
    }
    assertEquals(0, memory.held());
  }
}
