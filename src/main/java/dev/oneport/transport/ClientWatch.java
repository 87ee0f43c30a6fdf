package dev.oneport.transport;

import java.util.function.Consumer;

/**
 * Notices that the client of a plain HTTP request goes away while the request is served. Helidon's
 * handlers learn that only when they write.
 */
public final class ClientWatch {
  /**
   * Set by the connection around each request; takes what is to be run when its client has gone.
   */
  public static final ScopedValue<Consumer<Runnable>> SERVED = ScopedValue.newInstance();

  private ClientWatch() {}

  /**
   * Runs that, on a thread of its own, if the client of the request that this thread serves goes
   * away; perhaps after the request was answered. On HTTP/1.1 nothing is noticed before the
   * request's body was read to its end, nor behind requests that were sent in advance. Called once
   * for a request.
   */
  public static void onGone(Runnable action) {
    if (SERVED.isBound()) {
      SERVED.get().accept(action);
    }
  }
}
