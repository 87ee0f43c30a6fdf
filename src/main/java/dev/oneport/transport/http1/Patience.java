package dev.oneport.transport.http1;

/** How long a connection's reader is prepared to wait for more bytes. */
interface Patience {
  /** The tick until which a read that starts at the tick given may block. */
  long until(long now);

  /** Hears that a read has blocked for so many nanoseconds and brought so many bytes. */
  default void received(long waited, int bytes) {}
}
