package dev.oneport.transport.websocket;

/** Why an upgrade is refused before its listener is called. */
public enum RefusedUpgrade {
  /** The request comes from a page that may not open sockets. */
  ORIGIN,
  /** The limit of open sockets is reached. */
  FULL,
  /** The server is stopping. */
  DRAINING
}
