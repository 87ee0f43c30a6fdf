package dev.oneport.transport.http1;

import io.helidon.common.socket.SocketContext;

/**
 * Hears of every connection's beginning and end, exactly once each, whatever it was upgraded to and
 * however it ended. Both are called on the connection's thread; the socket's {@code childSocketId}
 * is the one that the requests on it show.
 */
public interface ConnectionListener {
  /** A connection has been accepted; nothing has been read from it yet. */
  default void opened(SocketContext socket) {}

  /** The connection has ended; nothing more is read from it or written to it. */
  default void ended(SocketContext socket) {}
}
