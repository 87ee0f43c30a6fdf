package dev.oneport.transport.websocket;

import org.jspecify.annotations.Nullable;

/**
 * How a socket ended, as its listener hears it.
 *
 * @param error what went wrong, null if either side closed it on purpose
 */
record End(int code, String reason, @Nullable Throwable error) {
  static End of(WebSocketFailure failure) {
    return new End(failure.code(), String.valueOf(failure.getMessage()), failure);
  }
}
