package dev.oneport.transport.http1.client;

import dev.oneport.transport.HeaderLine;
import dev.oneport.transport.http1.Ascii;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;

/** Chunked content (RFC 9112 section 7.1); extensions are checked, bounded and dropped. */
final class ChunkedContent extends ResponseContent {
  private static final int MAX_SIZE_DIGITS = 12;
  private static final int MAX_LINE = 1024;

  private final OriginInput input;
  private final int maxTrailerBytes;
  private long left;
  private boolean first = true;
  private boolean complete;
  private List<HeaderLine> trailers = List.of();

  ChunkedContent(OriginInput input, int maxTrailerBytes) {
    this.input = input;
    this.maxTrailerBytes = maxTrailerBytes;
  }

  @Override
  public OptionalLong length() {
    return OptionalLong.empty();
  }

  @Override
  public int available() {
    return (int) Math.min(left, input.buffered());
  }

  @Override
  boolean complete() {
    return complete;
  }

  @Override
  public List<HeaderLine> trailers() {
    return trailers;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (complete || (left == 0 && !nextChunk())) {
      return -1;
    }
    int read = input.read(into, offset, (int) Math.min(length, left));
    if (read < 0) {
      throw new IOException("the connection ended within a chunk");
    }
    left -= read;
    return read;
  }

  private boolean nextChunk() throws IOException {
    if (!first && input.line(2).length > 0) {
      throw new UncleanResponse("a chunk is longer than its size");
    }
    first = false;
    left = size(input.line(MAX_LINE));
    if (left == 0) {
      trailers = new ResponseParser(input, maxTrailerBytes).fields();
      complete = true;
    }
    return !complete;
  }

  private static long size(byte[] line) throws UncleanResponse {
    long size = 0;
    int digits = 0;
    while (digits < line.length && Ascii.hex(line[digits]) >= 0) {
      size = size << 4 | Ascii.hex(line[digits++]);
      if (digits > MAX_SIZE_DIGITS) {
        throw new UncleanResponse("a chunk's size is too large");
      }
    }
    int at = digits;
    while (at < line.length && Ascii.blank(line[at])) {
      at++;
    }
    var extension = at < line.length && line[at] == ';' && Ascii.fieldValue(line, at, line.length);
    if (digits == 0 || !(digits == line.length || extension)) {
      throw new UncleanResponse("a chunk's size is not a number");
    }
    return size;
  }
}
