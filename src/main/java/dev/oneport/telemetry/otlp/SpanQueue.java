package dev.oneport.telemetry.otlp;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * The spans that wait for the collector, in bytes: garbage collection has nothing of them to copy.
 * They are sent when there are many, and every five seconds. Counts those that are dropped because
 * too many wait, and those that the collector does not get.
 */
final class SpanQueue {
  /** How many spans wait or are being sent at most. */
  static final int MOST = 2048;

  /** So many are sent at once: each request costs the same again. */
  private static final int MANY = MOST / 2;

  /** How many bytes wait at most: clients choose how long some attributes are. */
  private static final int MOST_BYTES = 4 << 20;

  private static final long LONGEST_WAIT = Duration.ofSeconds(5).toNanos();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition due = lock.newCondition();
  private final LongAdder dropped = new LongAdder();

  private final AtomicInteger waiting = new AtomicInteger();

  // What follows is read and written under the lock.
  private SpanBatch next;
  private SpanBatch spare;
  private boolean closed;

  /**
   * An empty queue.
   *
   * @param resource the process, as a message
   * @param scope what made the spans, as a message
   */
  SpanQueue(ProtoBytes resource, ProtoBytes scope) {
    next = new SpanBatch(resource, scope);
    spare = new SpanBatch(resource, scope);
  }

  /** How many spans wait or are being sent. */
  int waiting() {
    return waiting.get();
  }

  long dropped() {
    return dropped.sum();
  }

  /** Adds a span, or drops it. */
  void add(EndedCall call) {
    if (waiting.get() >= MOST || !add(call.message())) {
      dropped.increment();
    }
  }

  private boolean add(ProtoBytes span) {
    lock.lock();
    try {
      if (closed || waiting.get() >= MOST || next.getContentLength() + span.size() > MOST_BYTES) {
        return false;
      }
      next.add(span);
      waiting.incrementAndGet();
      if (next.count() == MANY) {
        due.signal();
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Adds no more spans; what waits is still sent. */
  void close() {
    lock.lock();
    try {
      closed = true;
      due.signal();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until a batch is due, and sends it. For one thread.
   *
   * @param sender tells whether the collector accepted a batch
   * @return whether another batch may follow
   */
  boolean send(Predicate<SpanBatch> sender) throws InterruptedException {
    var batch = take();
    var sent = batch.count() == 0;
    try {
      if (!sent) {
        batch.end();
        sent = sender.test(batch);
      }
    } finally {
      finish(batch, sent);
    }
    return !ended();
  }

  private SpanBatch take() throws InterruptedException {
    lock.lock();
    try {
      long left = LONGEST_WAIT;
      while (!closed && next.count() < MANY && left > 0) {
        left = due.awaitNanos(left);
      }
      var batch = next;
      next = spare;
      return batch;
    } finally {
      lock.unlock();
    }
  }

  private void finish(SpanBatch batch, boolean sent) {
    lock.lock();
    try {
      if (!sent) {
        dropped.add(batch.count());
      }
      waiting.addAndGet(-batch.count());
      batch.clear();
      spare = batch;
    } finally {
      lock.unlock();
    }
  }

  /** Whether nothing comes any more. */
  private boolean ended() {
    lock.lock();
    try {
      return closed && next.count() == 0;
    } finally {
      lock.unlock();
    }
  }
}
