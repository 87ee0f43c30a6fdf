package dev.oneport.builtins;

import dev.oneport.api.Service;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Asks one service whether it is ready. A health check waits at most {@link #PATIENCE}, and a
 * service that hangs blocks only one thread.
 */
final class Readiness {
  static final Duration PATIENCE = Duration.ofMillis(500);

  private static final System.Logger LOG = System.getLogger("dev.oneport");

  private final Service service;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Question last;
  private boolean wasReady = true;

  Readiness(Service service) {
    this.service = service;
  }

  /** A running call of {@code ready()}; several health checks may wait for its result. */
  record Question(Future<Boolean> answer, long asked) {}

  /** Whether the service implements {@code ready()}; all others are always ready. */
  boolean isImplemented() {
    try {
      return service.getClass().getMethod("ready").getDeclaringClass() != Service.class;
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Asks the service, unless an earlier question is still unanswered. */
  Question ask() {
    lock.lock();
    try {
      var open = last;
      if (open == null || open.answer().isDone()) {
        var task = new FutureTask<>(service::ready);
        open = new Question(task, System.nanoTime());
        last = open;
        Thread.ofVirtual().name("ready " + service.getClass().getSimpleName()).start(task);
      }
      return open;
    } finally {
      lock.unlock();
    }
  }

  /** The answer; false if the service does not answer in time. */
  boolean await(Question question) {
    var left = question.asked() + PATIENCE.toNanos() - System.nanoTime();
    try {
      var ready = question.answer().get(left, TimeUnit.NANOSECONDS);
      note(ready, "its ready() says so", null);
      return ready;
    } catch (ExecutionException e) {
      note(false, "its ready() failed", e.getCause());
    } catch (TimeoutException e) {
      note(false, "its ready() has not returned for " + PATIENCE.toMillis() + " ms", null);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return false;
  }

  /** Logs only changes, because probes arrive every few seconds. */
  private void note(boolean ready, String why, @Nullable Throwable failure) {
    lock.lock();
    try {
      if (ready == wasReady) {
        return;
      }
      wasReady = ready;
    } finally {
      lock.unlock();
    }
    var name = service.getClass().getName();
    if (ready) {
      LOG.log(System.Logger.Level.INFO, "{0} is ready again", name);
    } else {
      LOG.log(System.Logger.Level.WARNING, name + " is not ready: " + why, failure);
    }
  }
}
