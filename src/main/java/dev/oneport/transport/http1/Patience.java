package dev.oneport.transport.http1;

/** How long a connection's reader is prepared to wait for more bytes. */
interface Patience {
  /** The tick until which a read that starts at the tick given may block. */
  long until(long now);

  /** Hears how many bytes the read that began at the tick given has brought. */
  default void received(long since, int bytes) {}
}
