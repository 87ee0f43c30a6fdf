package dev.oneport.gateway;

import dev.oneport.transport.http1.client.OriginConnection;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A connection that one call uses.
 *
 * @param reused whether other calls used it before
 * @param over whether it was given back
 */
record Lent(OriginConnection connection, Place place, boolean reused, AtomicBoolean over) {
  Lent(OriginConnection connection, Place place, boolean reused) {
    this(connection, place, reused, new AtomicBoolean());
  }

  /** True the first time. */
  boolean end() {
    return over.compareAndSet(false, true);
  }
}
