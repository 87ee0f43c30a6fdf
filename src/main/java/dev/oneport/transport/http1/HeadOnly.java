package dev.oneport.transport.http1;

import io.helidon.common.buffers.BufferData;

/**
 * Removes the body from a response to HEAD: Helidon 4.5.0 writes a streamed body, which the client
 * would read as the next response.
 */
final class HeadOnly {
  private static final String END = "\r\n\r\n";

  private int matched;

  /** The bytes that belong to the response's head. */
  BufferData cut(BufferData buffer) {
    var bytes = buffer.readBytes();
    var at = 0;
    while (at < bytes.length && matched < END.length()) {
      var b = bytes[at++];
      matched = b == END.charAt(matched) ? matched + 1 : b == '\r' ? 1 : 0;
    }
    return BufferData.create(bytes, 0, at);
  }
}
