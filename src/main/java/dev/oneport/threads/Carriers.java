package dev.oneport.threads;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import jdk.management.VirtualThreadSchedulerMXBean;

/**
 * Keeps virtual threads running when handlers compute. A virtual thread gives its carrier back only
 * when it waits, and Java has as many carriers as processors: as many handlers that compute would
 * stop every connection, health checks included. Where virtual threads wait for a carrier longer
 * than {@link #PATIENCE}, there are twice as many carriers from then on, which share the processors
 * as the system's threads do; after a calm time their number goes back.
 */
public final class Carriers {
  static final Duration PATIENCE = Duration.ofMillis(100);

  private static final Logger LOG = System.getLogger(Carriers.class.getName());
  private static final Duration PERIOD = Duration.ofMillis(50);
  private static final Duration CALM = Duration.ofSeconds(10);

  /** As many as Java's scheduler takes by default. */
  private static final int MOST = 256;

  private final int usual;
  private final VirtualThreadSchedulerMXBean scheduler;
  private long starved;

  private Carriers(VirtualThreadSchedulerMXBean scheduler) {
    this.scheduler = scheduler;
    this.usual = scheduler.getParallelism();
  }

  /** Watches over this process's virtual threads from now on; does nothing on other Javas. */
  public static void watch() {
    var _ =
        Background.start(
            "carriers",
            () -> {
              var scheduler =
                  ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class);
              if (scheduler == null) {
                return;
              }
              var carriers = new Carriers(scheduler);
              Background.rounds(carriers::look);
            });
  }

  private boolean look() throws InterruptedException {
    Thread.sleep(PERIOD);
    if (scheduler.getQueuedVirtualThreadCount() > 0 && !runs()) {
      starved = System.nanoTime();
      set(Math.min(MOST, Math.max(usual + 1, scheduler.getParallelism() * 2)));
      // Only a new task makes the scheduler start threads, and only one by another thread: each
      // has its own queue, and a queue that is not empty was told of already.
      var _ = runs();
    } else if (scheduler.getParallelism() > usual && System.nanoTime() - starved > CALM.toNanos()) {
      starved = System.nanoTime();
      set(Math.max(usual, scheduler.getParallelism() / 2));
    }
    return true;
  }

  private void set(int parallelism) {
    if (parallelism != scheduler.getParallelism()) {
      LOG.log(Level.DEBUG, "{0} carriers instead of {1}", parallelism, scheduler.getParallelism());
      scheduler.setParallelism(parallelism);
    }
  }

  /** Whether a virtual thread that is started now runs soon. */
  private static boolean runs() throws InterruptedException {
    var ran = new CountDownLatch(1);
    Thread.ofPlatform()
        .daemon()
        .name(Background.PREFIX + "carriers-probe")
        .start(() -> Thread.ofVirtual().name("probe").start(ran::countDown));
    return ran.await(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
  }
}
