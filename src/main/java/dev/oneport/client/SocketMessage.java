package dev.oneport.client;

import java.nio.ByteBuffer;

/** A whole WebSocket message (RFC 6455 section 5.6). */
public sealed interface SocketMessage {
  /** A text message. */
  record Text(String text) implements SocketMessage {}

  /** A binary message: the content of the buffer, from position to limit. */
  record Binary(ByteBuffer data) implements SocketMessage {}

  /** A text message. */
  static SocketMessage text(String text) {
    return new Text(text);
  }

  /** A binary message. */
  static SocketMessage binary(ByteBuffer data) {
    return new Binary(data);
  }
}
