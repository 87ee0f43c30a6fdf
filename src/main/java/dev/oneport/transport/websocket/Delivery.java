package dev.oneport.transport.websocket;

/** How a socket's messages reach its listener. */
public enum Delivery {
  /** Whole, {@code last} being always true; the default. */
  WHOLE,
  /**
   * As they arrive, in pieces that need not be the sender's; a text's pieces hold whole characters.
   * A message's final piece may be empty.
   */
  FRAGMENTS
}
