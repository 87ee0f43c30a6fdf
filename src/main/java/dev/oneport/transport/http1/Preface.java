package dev.oneport.transport.http1;

import io.helidon.common.buffers.BufferData;
import java.nio.charset.StandardCharsets;
import java.util.function.IntUnaryOperator;

/** How far a connection's first bytes agree with the preface of HTTP/2 (RFC 9113 section 3.4). */
enum Preface {
  /** The bytes begin with it. */
  WHOLE,
  /** All the bytes there are agree with it. */
  PARTIAL,
  /** They differ. */
  NONE;

  private static final byte[] BYTES =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  /** Compares without taking anything from the buffer. */
  static Preface of(BufferData first) {
    return of(first.available(), first::get);
  }

  /** Compares without taking anything. */
  static Preface of(Input first) {
    return of(first.size(), first::at);
  }

  private static Preface of(int available, IntUnaryOperator first) {
    var length = Math.min(available, BYTES.length);
    for (var i = 0; i < length; i++) {
      if ((byte) first.applyAsInt(i) != BYTES[i]) {
        return NONE;
      }
    }
    return length == BYTES.length ? WHOLE : PARTIAL;
  }
}
