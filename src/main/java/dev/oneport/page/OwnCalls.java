package dev.oneport.page;

import dev.oneport.api.Caller;
import dev.oneport.audit.CallSink;
import dev.oneport.audit.Trace;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Shows callers the records of their own calls while they look. Where nobody looks, a call costs
 * one read of a list that is empty.
 */
public final class OwnCalls {
  private final ReentrantLock opening = new ReentrantLock();
  private final List<CallReader> readers = new CopyOnWriteArrayList<>();
  private boolean closed;

  /** Shows readers the records that go there. */
  public CallSink before(CallSink next) {
    return call -> {
      for (var reader : readers) {
        reader.offer(call);
      }
      next.take(call);
    };
  }

  /**
   * Begins to look at the calls of a caller, and at those of nobody that belong to a trace: where
   * no token was looked at, a page knows its calls by the trace that it gave them.
   *
   * @param most how many readers there may be
   * @return nothing if there are as many already, or if the server is stopping
   */
  public Optional<CallReader> open(Optional<Caller> caller, Optional<Trace> trace, int most) {
    opening.lock();
    try {
      if (closed || readers.size() >= most) {
        return Optional.empty();
      }
      var reader = new CallReader(caller, trace.map(Trace::id), readers::remove);
      readers.add(reader);
      return Optional.of(reader);
    } finally {
      opening.unlock();
    }
  }

  /** Tells all readers that there will be no more. */
  public void close() {
    opening.lock();
    try {
      closed = true;
      readers.forEach(CallReader::finish);
    } finally {
      opening.unlock();
    }
  }
}
