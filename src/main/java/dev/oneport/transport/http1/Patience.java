package dev.oneport.transport.http1;

/** How long a connection's reader waits for more bytes. */
interface Patience {
  /** The tick until which a read that starts now may block. */
  long until(long now);

  /** Called with the number of bytes that a read has returned. */
  default void received(long since, int bytes) {}
}
