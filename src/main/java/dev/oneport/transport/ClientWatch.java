package dev.oneport.transport;

/**
 * Notices that the client of a plain HTTP request goes away while the request is served. Helidon's
 * handlers learn that only when they write.
 *
 * <p>A handler whose client has gone is interrupted, unless it has asked to be told by {@link
 * #onGone}. HTTP/2 hears of it at once; HTTP/1.1 looks at the connection once a handler has run for
 * a tenth of a second or two, reads at most one buffer in advance, and takes a client that ends its
 * half of the connection for one that has gone.
 */
public final class ClientWatch {
  /** What the connection knows of the client of the request that it serves. */
  public interface Served {
    /** Runs that, on a thread of its own, when the client goes away; called once for a request. */
    void onGone(Runnable action);

    /** Whether the client has gone; true before anybody hears of it. */
    boolean isGone();

    /** Whether the body took too long to arrive, and the client was answered 408 for that. */
    default boolean isTimedOut() {
      return false;
    }
  }

  /** Set by the connection around each request. */
  public static final ScopedValue<Served> SERVED = ScopedValue.newInstance();

  private ClientWatch() {}

  /**
   * Runs that, on a thread of its own, if the client of the request that this thread serves goes
   * away; perhaps after the request was answered. Called once for a request.
   */
  public static void onGone(Runnable action) {
    if (SERVED.isBound()) {
      SERVED.get().onGone(action);
    }
  }

  /** Whether the transport has answered 408 to the request that this thread serves. */
  public static boolean isTimedOut() {
    return SERVED.isBound() && SERVED.get().isTimedOut();
  }

  /** Whether the client of the request that this thread serves has gone, as far as is known. */
  public static boolean isGone() {
    return SERVED.isBound() && SERVED.get().isGone();
  }
}
