package dev.oneport.cli;

import dev.oneport.threads.Background;
import java.time.Duration;

/**
 * Gives memory back to the system when the server is quiet after load. Java's serial collector
 * shrinks the heap only when it collects all of it, which it does only when the heap is full; with
 * {@code -XX:-ShrinkHeapInSteps}, which the launcher and the image set, it then shrinks it at once.
 */
final class SpareMemory {
  private static final Duration LOOK = Duration.ofSeconds(3);

  /** Fewer bytes are not worth a collection. */
  private static final long WORTH = 32 << 20;

  /** What a quiet server allocates between two looks at most. */
  private static final long QUIET = 2 << 20;

  private long used = Long.MAX_VALUE;
  private boolean given;

  private SpareMemory() {}

  static SpareMemory untouched() {
    return new SpareMemory();
  }

  /** Starts to look. */
  static void watch() {
    var memory = untouched();
    var runtime = Runtime.getRuntime();
    var _ =
        Background.repeat(
            "spare-memory",
            () -> {
              Thread.sleep(LOOK);
              long committed = runtime.totalMemory();
              if (memory.isSpare(committed, committed - runtime.freeMemory())) {
                System.gc();
              }
              return true;
            });
  }

  /**
   * Whether to collect now: the server is quiet, much of the heap is unused, and it has not been
   * collected since the last load.
   *
   * @param committed the bytes that the heap has of the system
   * @param now how many of them are in use, garbage included
   */
  boolean isSpare(long committed, long now) {
    long more = now - used;
    used = now;
    if (more >= QUIET) {
      given = false;
    }
    if (more < 0 || more >= QUIET) {
      // The heap was collected since the last look, or the server is busy.
      return false;
    }
    if (given || committed < WORTH) {
      return false;
    }
    given = true;
    return true;
  }
}
