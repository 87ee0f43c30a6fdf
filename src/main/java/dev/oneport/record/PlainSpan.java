package dev.oneport.record;

import dev.oneport.api.Reason;
import dev.oneport.trace.Trace;
import java.util.Optional;

/** A call that is not recorded as a span. */
record PlainSpan(Optional<Trace> trace) implements CallSpan {
  static final CallSpan UNTRACED = new PlainSpan(Optional.empty());

  @Override
  public Scope enter() {
    return Scope.NONE;
  }

  @Override
  public boolean recording() {
    return false;
  }

  @Override
  public void message(Direction direction, long number, long bytes) {}

  @Override
  public void cutOff(Reason reason) {}

  @Override
  public void end(CallRecord call) {}
}
