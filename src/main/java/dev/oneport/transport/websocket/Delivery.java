package dev.oneport.transport.websocket;

/** How a socket's messages reach its listener. */
public enum Delivery {
  /** As complete messages, so {@code last} is always true; the default. */
  WHOLE,
  /**
   * As they arrive, in pieces that may differ from the sender's fragments; the pieces of a text
   * contain whole characters. A message's final piece may be empty.
   */
  FRAGMENTS
}
