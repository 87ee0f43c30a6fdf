package dev.oneport.transport.websocket;

/** Why an upgrade to a socket is refused before its listener is asked. */
public enum RefusedUpgrade {
  /** A page that may not open sockets here sent it. */
  ORIGIN,
  /** The limit of open sockets is reached. */
  FULL,
  /** The server is stopping. */
  DRAINING
}
