package dev.oneport.transport.http2;

import dev.oneport.transport.http2.hpack.HeaderField;

/**
 * What is sent of a response in one go: any of head, body, trailers and the end. An empty array
 * stands for what there is not.
 */
final class ResponsePart {
  private static final byte[] NO_BYTES = {};

  private final HeaderField[] head;
  private final byte[] bytes;
  private final int offset;
  private final int length;
  private final HeaderField[] trailers;
  private final boolean end;

  ResponsePart(
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

  static ResponsePart head(HeaderField[] head, boolean end) {
    return new ResponsePart(head, NO_BYTES, 0, 0, HeaderField.NONE, end);
  }

  static ResponsePart body(byte[] bytes, int offset, int length, boolean end) {
    return new ResponsePart(HeaderField.NONE, bytes, offset, length, HeaderField.NONE, end);
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

  /** Whether its body is the last of the stream. */
  boolean endsWithBody() {
    return end && trailers.length == 0;
  }

  /** What only ends a response is small, and must not wait for anybody. */
  boolean mayWait() {
    return length > 0 || !end;
  }
}
