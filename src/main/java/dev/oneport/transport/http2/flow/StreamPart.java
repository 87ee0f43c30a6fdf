package dev.oneport.transport.http2.flow;

import dev.oneport.transport.http2.hpack.HeaderField;

/**
 * The parts of a message that a stream sends together: head, body, trailers and the end, each
 * optional. An empty array means that a part is absent.
 */
public final class StreamPart {
  private static final byte[] NO_BYTES = {};

  private final HeaderField[] head;
  private final byte[] bytes;
  private final int offset;
  private final int length;
  private final HeaderField[] trailers;
  private final boolean end;

  public StreamPart(
      HeaderField[] head,
      byte[] bytes,
      int offset,
      int length,
      HeaderField[] trailers,
      boolean end) {
    this.head = head;
    this.bytes = bytes;
    this.offset = offset;
    this.length = length;
    this.trailers = trailers;
    this.end = end;
  }

  public static StreamPart head(HeaderField[] head, boolean end) {
    return new StreamPart(head, NO_BYTES, 0, 0, HeaderField.NONE, end);
  }

  public static StreamPart body(byte[] bytes, int offset, int length, boolean end) {
    return new StreamPart(HeaderField.NONE, bytes, offset, length, HeaderField.NONE, end);
  }

  HeaderField[] head() {
    return head;
  }

  byte[] bytes() {
    return bytes;
  }

  int offset() {
    return offset;
  }

  int length() {
    return length;
  }

  HeaderField[] trailers() {
    return trailers;
  }

  boolean end() {
    return end;
  }

  boolean hasTrailers() {
    return trailers.length > 0;
  }

  /** Whether the body ends the stream. */
  boolean endsWithBody() {
    return end && trailers.length == 0;
  }

  /** Whether the part may wait for window; parts that only end a stream are small and do not. */
  boolean mayWait() {
    return length > 0 || !end;
  }
}
