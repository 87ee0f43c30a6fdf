package dev.oneport.transport;

/**
 * Notices when the client of a plain HTTP request leaves while the request is served. Without it,
 * Helidon's handlers learn that only when they write.
 *
 * <p>When the client leaves, the handler is interrupted, unless it registered with {@link #onGone}.
 * HTTP/2 notices at once. HTTP/1.1 starts to check the connection when a handler has run for one or
 * two tenths of a second, reads at most one buffer ahead, and treats a half-close by the client as
 * leaving.
 */
public final class ClientWatch {
  /** What the connection knows about the client of the current request. */
  public interface Served extends ServedExchange {
    /** Runs the task on a new thread when the client leaves; called once per request. */
    void onGone(Runnable action);

    /** Whether the client has left; true before the task runs. */
    boolean isGone();

    /**
     * The handler of the request has returned, so that no interrupt is meant for this thread:
     * Helidon would answer one with a failure (4.5.0), although the response is complete.
     */
    default void handled() {}

    /** Whether the body took too long to arrive and the client was answered with 408. */
    default boolean isTimedOut() {
      return false;
    }
  }

  /** Set by the connection around each request. */
  public static final ScopedValue<Served> SERVED = ScopedValue.newInstance();

  private ClientWatch() {}

  /**
   * Runs the task on a new thread if the client of this thread's request leaves, possibly after the
   * request was answered. Called once per request.
   */
  public static void onGone(Runnable action) {
    if (SERVED.isBound()) {
      SERVED.get().onGone(action);
    }
  }

  /** Ends the interrupts of this thread by the client's leaving, when its handler has returned. */
  public static void handled() {
    if (SERVED.isBound()) {
      SERVED.get().handled();
    }
  }

  /** Whether the transport has answered 408 to the request that this thread serves. */
  public static boolean isTimedOut() {
    return SERVED.isBound() && SERVED.get().isTimedOut();
  }

  /** Whether the client of this thread's request is known to have left. */
  public static boolean isGone() {
    return SERVED.isBound() && SERVED.get().isGone();
  }
}
