package dev.oneport.transport.http1;

import io.helidon.common.buffers.BufferData;

/**
 * Cuts the body off a response: Helidon 4.5.0 writes what a handler streams in answer to HEAD,
 * which the client would take for the next response.
 */
final class HeadOnly {
  private static final String END = "\r\n\r\n";

  private int matched;

  /** What of the bytes belongs to the response's head. */
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
