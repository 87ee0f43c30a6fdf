package dev.oneport.transport.http1;

import java.nio.charset.StandardCharsets;

/** Whether a connection's first bytes match the preface of HTTP/2 (RFC 9113 section 3.4). */
enum Preface {
  /** The bytes begin with the preface. */
  WHOLE,
  /** The bytes so far match it. */
  PARTIAL,
  /** The bytes differ. */
  NONE;

  private static final byte[] BYTES =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  /** Compares without consuming anything. */
  static Preface of(Input first) {
    var length = Math.min(first.size(), BYTES.length);
    for (var i = 0; i < length; i++) {
      if (first.at(i) != BYTES[i]) {
        return NONE;
      }
    }
    return length == BYTES.length ? WHOLE : PARTIAL;
  }
}
