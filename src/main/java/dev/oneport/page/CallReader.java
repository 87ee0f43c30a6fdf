package dev.oneport.page;

import dev.oneport.api.Caller;
import dev.oneport.record.CallRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Collects the records of one caller's calls, for that caller to read. Records that are not read in
 * time are dropped.
 */
public final class CallReader implements AutoCloseable {
  /** How many records may wait. */
  static final int WAITING = 256;

  /**
   * The records since the previous batch.
   *
   * @param dropped how many records were dropped since the previous batch
   * @param last whether this is the last batch
   */
  public record Batch(List<CallRecord> calls, long dropped, boolean last) {}

  private final Optional<Caller> caller;
  private final Optional<String> trace;
  private final Consumer<CallReader> closing;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition news = lock.newCondition();

  // Guarded by the lock.
  private List<CallRecord> waiting = new ArrayList<>();
  private long dropped;
  private boolean finished;

  CallReader(Optional<Caller> caller, Optional<String> trace, Consumer<CallReader> closing) {
    this.caller = caller;
    this.trace = trace;
    this.closing = closing;
  }

  /** Whether it reads for this caller; without a caller, whether it reads anonymous calls. */
  boolean isOf(Optional<Caller> other) {
    return caller.map(CallReader::identity).equals(other.map(CallReader::identity));
  }

  /** Names alone are ambiguous: two issuers may use the same one. */
  private static List<String> identity(Caller caller) {
    return List.of(caller.issuer(), caller.name());
  }

  /** Accepts a record of this reader's calls; never waits for the reader. */
  void offer(CallRecord call) {
    if (!mine(call)) {
      return;
    }
    lock.lock();
    try {
      if (waiting.size() < WAITING) {
        waiting.add(call);
      } else {
        dropped++;
      }
      news.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for records, at most for the given time. */
  public Batch next(Duration longest) throws InterruptedException {
    lock.lock();
    try {
      var left = longest.toNanos();
      while (waiting.isEmpty() && !finished && left > 0) {
        left = news.awaitNanos(left);
      }
      var batch = new Batch(waiting, dropped, finished);
      waiting = new ArrayList<>();
      dropped = 0;
      return batch;
    } finally {
      lock.unlock();
    }
  }

  /** Ends the records. */
  void finish() {
    lock.lock();
    try {
      finished = true;
      news.signal();
    } finally {
      lock.unlock();
    }
  }

  private boolean mine(CallRecord call) {
    if (call.issuer().isEmpty()) {
      return trace.isPresent() && trace.equals(call.request().trace().map(it -> it.id()));
    }
    return caller
        .map(CallReader::identity)
        .equals(Optional.of(List.of(call.issuer(), call.caller())));
  }

  @Override
  public void close() {
    closing.accept(this);
  }
}
