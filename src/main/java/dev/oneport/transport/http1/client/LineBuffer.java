package dev.oneport.transport.http1.client;

import java.util.Arrays;

/** Collects a line byte by byte. */
final class LineBuffer {
  private byte[] bytes = new byte[128];
  private int size;

  int size() {
    return size;
  }

  void add(byte b) throws UncleanResponse {
    if (size > 0 && bytes[size - 1] == '\r') {
      throw new UncleanResponse("a line does not end in CRLF");
    }
    if (size == bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * size);
    }
    bytes[size++] = b;
  }

  /** The line, after its LF has arrived. */
  byte[] end() throws UncleanResponse {
    if (size == 0 || bytes[size - 1] != '\r') {
      throw new UncleanResponse("a line does not end in CRLF");
    }
    return Arrays.copyOf(bytes, size - 1);
  }
}
