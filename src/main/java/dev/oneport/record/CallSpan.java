package dev.oneport.record;

import dev.oneport.api.Reason;
import dev.oneport.trace.Trace;
import java.util.Optional;

/** A call as one span of a distributed trace. Methods may be called on any thread. */
public interface CallSpan {
  /** What {@link #enter} changed on a thread, to be undone there. */
  interface Scope extends AutoCloseable {
    Scope NONE = () -> {};

    @Override
    void close();
  }

  /** A call that is not recorded as a span. */
  static CallSpan of(Optional<Trace> trace) {
    return trace.isEmpty() ? PlainSpan.UNTRACED : new PlainSpan(trace);
  }

  /** The place in the trace that log lines and calls to upstreams name. */
  Optional<Trace> trace();

  /** Makes the span current on this thread, for libraries that the handler calls. */
  Scope enter();

  /** Whether messages and the lease's end are of use. */
  boolean recording();

  /** A message of a stream or socket arrived or was sent; some are noted. */
  void message(Direction direction, long number, long bytes);

  /** The call's lease ended. */
  void cutOff(Reason reason);

  /** The call ended as its record says. */
  void end(CallRecord call);

  /** Which way a message went. */
  enum Direction {
    RECEIVED,
    SENT
  }
}
