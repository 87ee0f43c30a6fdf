package dev.oneport.trace;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The trace of the call that the current thread works for, which its log lines carry.
 *
 * <p>Not a scoped value: the failure of a handler is logged by the transport, on the same thread,
 * after the guard has returned. So it is set where a guard takes over, and stays until another call
 * begins on the thread.
 */
public final class CurrentTrace {
  private static final ThreadLocal<@Nullable Trace> CURRENT = new ThreadLocal<>();

  private CurrentTrace() {}

  /** The trace; empty if the thread works for no call, or for one without a trace. */
  public static Optional<Trace> get() {
    return Optional.ofNullable(CURRENT.get());
  }

  /** The trace with a span of this server, which calls to upstreams continue. */
  public static Optional<Trace> own() {
    return get().filter(Trace::own);
  }

  /** The current thread now works for a call of this trace. */
  public static void set(Optional<Trace> trace) {
    if (trace.isPresent()) {
      CURRENT.set(trace.get());
    } else {
      clear();
    }
  }

  /** The current thread works for no call, until one begins. */
  public static void clear() {
    CURRENT.remove();
  }
}
