package dev.oneport.transport.http1.client;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** The received bytes of a server that have not been consumed. */
final class OriginInput {
  /** Reads once, within a time limit. */
  @FunctionalInterface
  interface Source {
    /** The number of bytes read; negative at the end. */
    int read(byte[] into) throws IOException;
  }

  /** Enough for most responses. */
  private static final int SMALL = 2 << 10;

  private static final int LARGE = 16 << 10;
  private static final byte[] NONE = {};

  private final Source source;
  private byte[] bytes = NONE;
  private int from;
  private int to;

  OriginInput(Source source) {
    this.source = source;
  }

  static Source of(InputStream in) {
    return into -> in.read(into, 0, into.length);
  }

  boolean available() {
    return from < to;
  }

  /** How many bytes can be consumed without waiting. */
  int buffered() {
    return to - from;
  }

  /** Releases the buffer while the connection is idle. */
  void rest() {
    if (!available()) {
      bytes = NONE;
    }
  }

  /** Blocks for more bytes after all have been consumed; false at the end. */
  private boolean fill() throws IOException {
    if (bytes.length == 0) {
      bytes = new byte[SMALL];
    } else if (bytes.length == SMALL && to == SMALL) {
      // The last read filled it.
      bytes = new byte[LARGE];
    }
    from = 0;
    to = Math.max(0, source.read(bytes));
    return to > 0;
  }

  private void awaitBytes() throws IOException {
    if (!available() && !fill()) {
      throw new IOException("the connection ended");
    }
  }

  /** Consumes bytes into an array; blocks if there are none; negative at the end. */
  int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!available() && !fill()) {
      return -1;
    }
    int count = Math.min(length, to - from);
    System.arraycopy(bytes, from, into, offset, count);
    from += count;
    return count;
  }

  /**
   * Consumes a line that ends in CRLF, and returns it without its CRLF.
   *
   * @param longest the maximum length in bytes
   * @throws UncleanResponse if it is longer, or contains another CR or LF
   */
  byte[] line(int longest) throws IOException {
    awaitBytes();
    int end = from;
    while (end < to && bytes[end] >= ' ') {
      end++;
    }
    if (end + 1 < to && bytes[end] == '\r' && bytes[end + 1] == '\n' && end - from <= longest) {
      // The usual line is in the buffer, and has no control characters.
      var whole = Arrays.copyOfRange(bytes, from, end);
      from = end + 2;
      return whole;
    }
    return collected(longest);
  }

  /** Any line, byte by byte. */
  private byte[] collected(int longest) throws IOException {
    var line = new LineBuffer();
    while (true) {
      awaitBytes();
      while (from < to) {
        byte b = bytes[from++];
        if (b == '\n') {
          return line.end();
        }
        if (line.size() > longest) {
          throw new UncleanResponse("too large a head");
        }
        line.add(b);
      }
    }
  }
}
