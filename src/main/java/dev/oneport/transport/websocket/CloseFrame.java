package dev.oneport.transport.websocket;

import java.nio.charset.StandardCharsets;

/**
 * A close frame that the client sent (RFC 6455 section 5.5.1).
 *
 * @param code its code; 1005 if it has none
 */
record CloseFrame(int code, String reason) {
  static CloseFrame parse(byte[] payload) {
    if (payload.length == 0) {
      return new CloseFrame(CloseCode.NO_CODE, "");
    }
    if (payload.length == 1) {
      throw WebSocketFailure.protocol("a close frame has half a code");
    }
    var code = (payload[0] & 0xff) << 8 | (payload[1] & 0xff);
    if (!CloseCode.sendable(code)) {
      throw WebSocketFailure.protocol("a close frame has a code that may not be sent");
    }
    var utf8 = new Utf8();
    if (!utf8.valid(payload, 2, payload.length) || utf8.incomplete() > 0) {
      throw WebSocketFailure.data("a close frame's reason is not UTF-8");
    }
    var reason = new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8);
    return new CloseFrame(code, reason);
  }
}
