package dev.oneport.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.transport.http2.Await;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls that each hold a part and need more do not wait for each other. */
@Timeout(20)
final class MemoryQueueTest {
  private static final int KIB = 1 << 10;
  private static final int ALL = 64 * KIB;

  /** Longer than the test may take: whoever is answered did not wait for its end. */
  private final RequestMemory memory = new RequestMemory(ALL, Duration.ofMinutes(5));

  @Test
  void whereAllWaitTheYoungestIsRefusedAndTheOthersGoOn() throws Exception {
    var first = holding(16);
    var second = holding(16);
    var third = holding(32);
    var one = grow(first, 32);
    var two = grow(second, 32);
    assertFalse(third.growTo(48 * KIB));
    assertFalse(one.isDone() || two.isDone());
    third.close();
    assertTrue(one.get(10, TimeUnit.SECONDS));
    assertTrue(two.get(10, TimeUnit.SECONDS));
    first.close();
    second.close();
    assertEquals(0, memory.held());
  }

  @Test
  void whoeverBeganFirstGoesFirst() throws Exception {
    var old = holding(8);
    var young = holding(8);
    var others = holding(48);
    var later = grow(young, 16);
    var earlier = grow(old, 32);
    others.shrinkTo(32 * KIB);
    Await.until("what is free is kept", () -> memory.held() == 48 * KIB);
    assertFalse(later.isDone());
    others.shrinkTo(16 * KIB);
    assertTrue(earlier.get(10, TimeUnit.SECONDS));
    old.close();
    assertTrue(later.get(10, TimeUnit.SECONDS));
    young.close();
    others.close();
    assertEquals(0, memory.held());
  }

  @Test
  void whoeverIsInterruptedHoldsNoMore() throws Exception {
    var others = holding(64);
    var share = memory.share();
    var thread = Thread.ofVirtual().start(() -> growQuietly(share));
    Await.until("it waits", memory::isWaitedFor);
    thread.interrupt();
    thread.join();
    others.close();
    assertEquals(0, memory.held());
    assertFalse(memory.isWaitedFor());
  }

  private static void growQuietly(MemoryShare share) {
    try {
      share.growTo(ALL);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private MemoryShare holding(int kib) throws InterruptedException {
    var share = memory.share();
    assertTrue(share.growTo((long) kib * KIB));
    return share;
  }

  /** Waits in a thread of its own, in the order of the calls. */
  private CompletableFuture<Boolean> grow(MemoryShare share, int kib) {
    var done = new CompletableFuture<Boolean>();
    var thread =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    done.complete(share.growTo((long) kib * KIB));
                  } catch (InterruptedException e) {
                    done.completeExceptionally(e);
                  }
                });
    Await.until("it waits", () -> thread.getState() == Thread.State.TIMED_WAITING);
    return done;
  }
}
