package dev.oneport.gate;

import dev.oneport.api.Caller;
import dev.oneport.record.CallSpan;
import dev.oneport.trace.CurrentTrace;

/** Runs parts of a call's handler, where the caller and the trace are current. */
final class CallScope {
  private final CallSpan span;
  private final ScopedValue.Carrier caller;

  CallScope(CallSpan span, Caller caller) {
    this.span = span;
    this.caller = Caller.as(caller);
  }

  void run(Runnable task) {
    CurrentTrace.set(span.trace());
    try (var _ = span.enter()) {
      caller.run(task);
    }
  }

  <R, X extends Throwable> R call(ScopedValue.CallableOp<R, X> task) throws X {
    CurrentTrace.set(span.trace());
    try (var _ = span.enter()) {
      return caller.call(task);
    }
  }
}
