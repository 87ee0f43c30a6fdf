package dev.oneport.transport.connect;

import dev.oneport.transport.calls.CallFailure;
import dev.oneport.transport.calls.GrpcFailure;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Base64;

/**
 * A body in base64, as in gRPC-Web's text form: pieces that were encoded separately, so that
 * padding may occur between them and not only at the end.
 */
final class Base64Input extends InputStream {
  private static final int GROUP = 4;
  private static final int PIECE = 8 << 10;

  private final InputStream text;
  private byte[] decoded = {};
  private int next;

  Base64Input(InputStream text) {
    this.text = text;
  }

  @Override
  public int read() throws IOException {
    return fill() ? decoded[next++] & 0xFF : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int count = Math.min(length, decoded.length - next);
    System.arraycopy(decoded, next, target, offset, count);
    next += count;
    return count;
  }

  /** Makes decoded bytes available, reading more if necessary; false at the end. */
  private boolean fill() throws IOException {
    while (next == decoded.length) {
      var piece = new byte[PIECE];
      int size = Math.max(0, text.read(piece));
      int missing = (GROUP - size % GROUP) % GROUP;
      size += text.readNBytes(piece, size, missing);
      if (size == 0) {
        return false;
      }
      decoded = decode(piece, size);
      next = 0;
    }
    return true;
  }

  private static byte[] decode(byte[] piece, int size) {
    if (size % GROUP != 0) {
      throw malformed();
    }
    var target = new byte[size / GROUP * 3];
    int length = 0;
    int start = 0;
    for (int end = GROUP; end <= size; end += GROUP) {
      if (piece[end - 1] == '=' || end == size) {
        length += decode(piece, start, end, target, length);
        start = end;
      }
    }
    return Arrays.copyOf(target, length);
  }

  private static int decode(byte[] piece, int start, int end, byte[] target, int at) {
    try {
      var bytes = Base64.getDecoder().decode(Arrays.copyOfRange(piece, start, end));
      System.arraycopy(bytes, 0, target, at, bytes.length);
      return bytes.length;
    } catch (IllegalArgumentException e) {
      throw malformed();
    }
  }

  private static CallFailure malformed() {
    return new CallFailure(GrpcFailure.MALFORMED, "base64 of a body");
  }
}
