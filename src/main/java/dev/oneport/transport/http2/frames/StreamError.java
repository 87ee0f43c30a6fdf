package dev.oneport.transport.http2.frames;

/** An error of the peer that ends one stream with a RST_STREAM (RFC 9113 section 5.4.2). */
public final class StreamError extends RuntimeException {
  private final int stream;
  private final ErrorCode code;

  public StreamError(int stream, ErrorCode code, String message) {
    super(message, null, false, false);
    this.stream = stream;
    this.code = code;
  }

  public int stream() {
    return stream;
  }

  public ErrorCode code() {
    return code;
  }
}
