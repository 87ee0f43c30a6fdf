package dev.oneport.page;

import dev.oneport.api.Caller;
import dev.oneport.record.CallSink;
import dev.oneport.trace.Trace;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Shows callers the records of their own calls while they watch. Without watchers, a call costs one
 * read of an empty list.
 */
public final class OwnCalls {
  private final ReentrantLock opening = new ReentrantLock();
  private final List<CallReader> readers = new CopyOnWriteArrayList<>();
  private boolean closed;

  /** Passes records on to readers. */
  public CallSink before(CallSink next) {
    return call -> {
      for (var reader : readers) {
        reader.offer(call);
      }
      next.record(call);
    };
  }

  /**
   * Starts to watch a caller's calls, and the anonymous calls of a trace: on open routes, which
   * check no token, a page recognizes its calls by the trace that it gave them.
   *
   * @param most the limit of readers
   * @return empty if the limit is reached or the server is stopping
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

  /** Ends all readers. */
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
