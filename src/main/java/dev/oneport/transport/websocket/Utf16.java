package dev.oneport.transport.websocket;

import java.nio.charset.StandardCharsets;

/** Encodes the fragments of a text, which may be split inside a surrogate pair. */
final class Utf16 {
  private char pending;

  byte[] encode(String fragment, boolean last) {
    var text = pending == 0 ? fragment : pending + fragment;
    pending = 0;
    var end = text.length();
    if (!last && end > 0 && Character.isHighSurrogate(text.charAt(end - 1))) {
      pending = text.charAt(--end);
    }
    return text.substring(0, end).getBytes(StandardCharsets.UTF_8);
  }
}
