package dev.oneport.transport.websocket;

import org.jspecify.annotations.Nullable;

/**
 * How a socket ended, as told to its listener.
 *
 * @param error what went wrong, null if either side closed it on purpose
 * @param byClient whether the client's close frame was the first cause
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
