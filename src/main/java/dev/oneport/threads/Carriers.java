package dev.oneport.threads;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import jdk.management.VirtualThreadSchedulerMXBean;

/**
 * Keeps virtual threads running when handlers compute. A virtual thread releases its carrier only
 * when it blocks, and Java has one carrier per processor, so as many computing handlers would stop
 * every connection, even health checks. If handlers hold the carriers for longer than {@link
 * #PATIENCE}, this class doubles the number of carriers, which then share the processors like the
 * system's threads; after a calm time it reduces them again.
 *
 * <p>A queue alone proves nothing: there always is one under load, and more carriers would only
 * make each call more expensive. But the length of a queue that moves differs at almost every
 * check, while a blocked queue keeps its length.
 */
public final class Carriers {
  static final Duration PATIENCE = Duration.ofMillis(100);

  private static final Logger LOG = System.getLogger(Carriers.class.getName());
  private static final Duration PERIOD = Duration.ofMillis(50);
  private static final Duration SAMPLE = Duration.ofMillis(5);
  private static final Duration CALM = Duration.ofSeconds(10);

  /** The default maximum of Java's scheduler. */
  private static final int MOST = 256;

  private final int usual;
  private final VirtualThreadSchedulerMXBean scheduler;
  private long lastHeld;

  private Carriers(VirtualThreadSchedulerMXBean scheduler) {
    this.scheduler = scheduler;
    this.usual = scheduler.getParallelism();
  }

  /**
   * Starts to watch this process's virtual threads; does nothing on Java runtimes without the
   * scheduler's bean.
   */
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
    if (held()) {
      lastHeld = System.nanoTime();
      set(Math.min(MOST, Math.max(usual + 1, scheduler.getParallelism() * 2)));
    } else if (scheduler.getParallelism() > usual
        && System.nanoTime() - lastHeld > CALM.toNanos()) {
      lastHeld = System.nanoTime();
      set(Math.max(usual, scheduler.getParallelism() / 2));
    }
    return true;
  }

  /** Whether virtual threads wait constantly while few of them get a carrier. */
  private boolean held() throws InterruptedException {
    var looks = PATIENCE.dividedBy(SAMPLE);
    var changes = 0;
    var before = scheduler.getQueuedVirtualThreadCount();
    for (var i = 0; i < looks && before > 0; i++) {
      Thread.sleep(SAMPLE);
      var now = scheduler.getQueuedVirtualThreadCount();
      changes += now == before ? 0 : 1;
      before = now;
    }
    return before > 0 && changes < looks / 2;
  }

  private void set(int parallelism) {
    if (parallelism != scheduler.getParallelism()) {
      LOG.log(Level.DEBUG, "{0} carriers instead of {1}", parallelism, scheduler.getParallelism());
      scheduler.setParallelism(parallelism);
      // Only a new task makes the scheduler start threads, and only if it comes from another
      // thread: each carrier has its own queue, and a queue that is not empty was signalled
      // already.
      Background.start("carriers-start", () -> Thread.ofVirtual().start(() -> {}));
    }
  }
}
