package dev.oneport.transport.http1;

import io.helidon.common.buffers.BufferData;
import java.io.ByteArrayOutputStream;

/**
 * Removes the chunking from a response whose body has a known length, or is for an HTTP/1.0 client
 * and ends with the connection (RFC 9112 section 6.3). Trailers are dropped.
 */
final class BareBody {
  private static final String END_OF_HEAD = "\r\n\r\n";

  private enum Part {
    HEAD,
    SIZE,
    DATA,
    OVER
  }

  private Part part = Part.HEAD;
  private int matched;
  private int left;
  private int skipped;

  /**
   * @param skipped how many bytes at the beginning of the body are removed, too
   */
  BareBody(int skipped) {
    this.skipped = skipped;
  }

  /** The part of the bytes that is written. */
  BufferData of(BufferData buffer) {
    var bytes = buffer.readBytes();
    var out = new ByteArrayOutputStream(bytes.length);
    var at = 0;
    while (at < bytes.length && part != Part.OVER) {
      switch (part) {
        case HEAD -> {
          out.write(bytes[at]);
          head(bytes[at++]);
        }
        case SIZE -> size(bytes[at++]);
        case DATA -> {
          var length = Math.min(left, bytes.length - at);
          var without = Math.min(skipped, length);
          out.write(bytes, at + without, length - without);
          skipped -= without;
          at += length;
          left -= length;
          part = left == 0 ? Part.SIZE : Part.DATA;
        }
        case OVER -> {}
      }
    }
    return BufferData.create(out.toByteArray());
  }

  private void head(byte b) {
    matched = b == END_OF_HEAD.charAt(matched) ? matched + 1 : b == '\r' ? 1 : 0;
    if (matched == END_OF_HEAD.length()) {
      part = Part.SIZE;
      matched = 0;
    }
  }

  /** A chunk's size with its CRLF, after the CRLF of the previous chunk. */
  private void size(byte b) {
    var digit = Ascii.hex(b);
    if (digit >= 0) {
      left = left << 4 | digit;
      matched++;
    } else if (b == '\n' && matched > 0) {
      matched = 0;
      part = left == 0 ? Part.OVER : Part.DATA;
    }
  }
}
