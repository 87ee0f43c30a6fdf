package dev.oneport.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class LastResortTest {
  /** The process ends in time even if nothing reads its output. */
  @Test
  void aSlowLastActionIsCutShort() throws Exception {
    var never = new CountDownLatch(1);
    var saying = new CompletableFuture<Thread>();
    LastResort.attempt(
        () -> {
          saying.complete(Thread.currentThread());
          try {
            never.await();
          } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
          }
        },
        Duration.ofMillis(200));
    saying.get().interrupt();
    saying.get().join();
  }

  @Test
  void theLastActionRunsAndMayFail() throws Exception {
    var said = new CountDownLatch(1);
    LastResort.attempt(
        () -> {
          said.countDown();
          throw new IllegalStateException("the disk is full");
        },
        Duration.ofSeconds(20));
    assertEquals(0, said.getCount());
  }
}
