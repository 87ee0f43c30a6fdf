package dev.oneport.transport.websocket;

import org.jspecify.annotations.Nullable;

/**
 * How a socket ended, for its listener.
 *
 * @param error the failure; null if either side closed the socket normally
 * @param byClient whether the client's close frame ended the socket
 */
record End(int code, String reason, @Nullable Throwable error, boolean byClient) {
  End(int code, String reason, @Nullable Throwable error) {
    this(code, reason, error, false);
  }

  static End of(CloseFrame clients) {
    return new End(clients.code(), clients.reason(), null, true);
  }

  static End of(WebSocketFailure failure) {
    return new End(failure.code(), String.valueOf(failure.getMessage()), failure);
  }
}
