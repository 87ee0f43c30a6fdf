package dev.oneport.transport.websocket;

/** Why an upgrade to a socket is refused before its listener is asked. */
public enum RefusedUpgrade {
  /** A page that may not open sockets here sent it. */
  ORIGIN,
  /** As many sockets are open as may be. */
  FULL,
  /** No more sockets are opened, because the server stops. */
  DRAINING
}
