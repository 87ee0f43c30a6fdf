package dev.oneport.transport.http1;

import dev.oneport.transport.HeaderLine;
import io.helidon.common.buffers.BufferData;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;

/**
 * Adds trailers to a chunked response (RFC 9112 section 7.1.2), and takes out the chunk that made
 * Helidon write the head. Helidon 4.5.0 writes the head, each chunk and the end separately.
 */
final class ChunkedEnd {
  private static final String LAST = "0\r\n";

  private final Supplier<List<HeaderLine>> trailers;
  private int writes;
  private boolean over;

  ChunkedEnd(Supplier<List<HeaderLine>> trailers) {
    this.trailers = trailers;
  }

  /** What is written of it. */
  BufferData of(BufferData buffer) {
    int number = writes++;
    if (number == 0) {
      return buffer;
    }
    if (number == 1 || over) {
      return BufferData.empty();
    }
    if (buffer.available() > LAST.length() + 2 || buffer.get(0) != '0') {
      return buffer;
    }
    over = true;
    var end = new StringBuilder(LAST);
    for (var line : trailers.get()) {
      end.append(line.name()).append(": ").append(line.value()).append("\r\n");
    }
    return BufferData.create(end.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
  }
}
