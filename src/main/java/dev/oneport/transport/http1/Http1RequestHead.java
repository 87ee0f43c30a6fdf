package dev.oneport.transport.http1;

/** A valid request head, in the form that Helidon reads. */
final class Http1RequestHead {
  private final byte[] bytes;
  private final boolean headOnly;
  private final boolean http10;
  private final Body body;
  private final boolean close;
  private final boolean expectsContinue;

  Http1RequestHead(
      byte[] bytes,
      boolean headOnly,
      boolean http10,
      Body body,
      boolean close,
      boolean expectsContinue) {
    this.bytes = bytes;
    this.headOnly = headOnly;
    this.http10 = http10;
    this.body = body;
    this.close = close;
    this.expectsContinue = expectsContinue;
  }

  /** Request line and headers, in the form that {@link HeadParser} describes. */
  byte[] bytes() {
    return bytes;
  }

  /** Whether the response must have no body. */
  boolean headOnly() {
    return headOnly;
  }

  /** Whether the client speaks HTTP/1.0. */
  boolean http10() {
    return http10;
  }

  /** The framing of the body. */
  Body body() {
    return body;
  }

  /** Whether the connection closes after the response. */
  boolean close() {
    return close;
  }

  /** Whether the client waits for a 100 before it sends the body. */
  boolean expectsContinue() {
    return expectsContinue;
  }
}
