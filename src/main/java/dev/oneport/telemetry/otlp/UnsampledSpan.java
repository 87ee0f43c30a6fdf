package dev.oneport.telemetry.otlp;

import dev.oneport.api.Reason;
import dev.oneport.record.CallRecord;
import dev.oneport.record.CallSpan;
import dev.oneport.trace.Trace;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A call that is not sampled, as nine in ten are. It is a context too, whose span of OpenTelemetry
 * is made when a handler asks for it: most never do.
 */
final class UnsampledSpan implements CallSpan, Context {
  private final Optional<Trace> trace;

  /** Threads may make it at the same time, but all of them make the same. */
  private @Nullable Context made;

  UnsampledSpan(Optional<Trace> trace) {
    this.trace = trace;
  }

  @Override
  public Optional<Trace> trace() {
    return trace;
  }

  /** The caller closes the scope. */
  @Override
  @SuppressWarnings("MustBeClosedChecker")
  public Scope enter() {
    return makeCurrent()::close;
  }

  @Override
  public <V> @Nullable V get(ContextKey<V> key) {
    return made().get(key);
  }

  @Override
  public <V> Context with(ContextKey<V> key, V value) {
    return made().with(key, value);
  }

  private Context made() {
    var known = made;
    if (known == null) {
      var numbers = trace.orElseThrow();
      known =
          Context.root()
              .with(
                  Span.wrap(
                      SpanContext.create(
                          numbers.id(),
                          numbers.span(),
                          TraceFlags.getDefault(),
                          TraceState.getDefault())));
      made = known;
    }
    return known;
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
